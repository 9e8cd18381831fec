import type { EventEmitter } from 'node:events';

type Listener = (...args: unknown[]) => void;

/** The parts of a client 6.2.1 that its types hide. */
interface Internals {
  disposableStreams: Set<EventEmitter>;
  handleError: (...args: unknown[]) => Promise<void>;
}

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
  if (internals.disposableStreams instanceof ShieldedStreams) return client;
  if (internals.disposableStreams instanceof Set) {
    internals.disposableStreams = new ShieldedStreams(internals.disposableStreams);
  }
  const handleError = internals.handleError;
  if (typeof handleError === 'function') {
    internals.handleError = (...args) => handleError(...args).catch(() => undefined);
  }
  return client;
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
