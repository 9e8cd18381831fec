import type { EventEmitter } from 'node:events';

type Listener = (...args: unknown[]) => void;

interface Channel {
  close(): void;
}

/** The parts of a client 6.2.1 that its types hide. */
interface Internals {
  disposableStreams: Set<EventEmitter>;
  handleError: (...args: unknown[]) => Promise<void>;
  createChannel: () => Promise<Channel>;
}

const channels = new WeakMap<object, Set<Channel>>();

/**
 * Keeps two faults of client 6.2.1 from raising unhandled rejections, which end a process, and returns the client.
 *
 * An answer that nobody waits for (the second one after a refusal; any, once an error on another client's call has
 * emptied the table of waiting appends that all clients of a process share) throws inside the batch call's listener, and
 * the client is deaf from then on: the listener is wrapped as soon as the call is there. And what follows an error is
 * done without anybody waiting for it, and fails where no node can be found.
 *
 * A client that does not have these parts is left as it is.
 */
export const shield = <Client extends object>(client: Client): Client => {
  const internals = client as unknown as Partial<Internals>;
  if (channels.has(client)) return client;
  const opened = new Set<Channel>();
  channels.set(client, opened);
  if (internals.disposableStreams instanceof Set) {
    internals.disposableStreams = new ShieldedStreams(internals.disposableStreams);
  }
  const { handleError, createChannel } = internals;
  if (typeof handleError === 'function') {
    internals.handleError = (...args) => handleError(...args).catch(() => undefined);
  }
  if (typeof createChannel === 'function') {
    internals.createChannel = async () => {
      const channel = await createChannel();
      opened.add(channel);
      return channel;
    };
  }
  return client;
};

/** Closes the connections of a client, which its `dispose` leaves open. It must not be used again. */
export const closeChannels = (client: object): void => {
  for (const channel of channels.get(client) ?? []) channel.close();
};

class ShieldedStreams extends Set<EventEmitter> {
  override add(stream: EventEmitter): this {
    for (const listener of stream.listeners('data') as Listener[]) {
      stream.on('data', withoutThrowing(listener));
      stream.off('data', listener);
    }
    return super.add(stream);
  }
}

const withoutThrowing =
  (listener: Listener): Listener =>
  (...args) => {
    try {
      listener(...args);
    } catch {
      // The answer to an append that is no longer waited for.
    }
  };
