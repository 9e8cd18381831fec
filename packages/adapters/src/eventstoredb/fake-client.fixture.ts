import type { Client, ClientStream } from './client.ts';

/** A stream of the client with these events, which then ends. */
export const streamOf = (events: readonly unknown[] = []): ClientStream => {
  const left = [...events];
  const queue: ClientStream['events'] = {
    get readableLength() {
      return left.length;
    },
    read: () => left.shift() ?? null,
    on: (event: string, listener: (error?: unknown) => void) => {
      if (event === 'end') setImmediate(listener);
      return queue;
    },
  };
  return { events: queue, cancel: () => undefined };
};

/** A client of no server: reads are empty, and appends succeed, unless it is told otherwise. */
export const fakeClient = (calls: Partial<Client> = {}): Client => ({
  append: async () => ({ revision: 0n, position: 7n }),
  readStream: () => streamOf(),
  readAll: () => streamOf(),
  subscribeToAll: () => streamOf(),
  dispose: async () => undefined,
  ...calls,
});
