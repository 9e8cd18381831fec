// Run as a child process: `node append-process MODULE PLACE WRITER JOB`. It writes one line of JSON for each append once it is
// answered, and ends when the job is done. Loads nothing but Node and the module that opens the store.
import { randomUUID } from 'node:crypto';
import type { EventStore, EventToAppend, RecordedEvent } from '@integration-settings/domain';

/** What a child process is to do with a store. */
export type Job =
  /** Appends in chains: each append names, in its data, the event it found last, and expects it to be the last still. */
  | { readonly kind: 'chains'; readonly streams: readonly string[]; readonly appends: number }
  /** Appends without end, several at once, each of several events. */
  | { readonly kind: 'endless'; readonly streams: readonly string[]; readonly events: number };

/** What a child process says once an append was answered. */
export interface Acknowledgement {
  readonly stream: string;
  readonly ids: readonly string[];
  readonly revision: string;
}

/** The module that opens the store. */
export interface EventStoreModule {
  openEventStore(place: string): Promise<EventStore>;
}

const main = async (module: string, place: string, writer: string, job: Job): Promise<void> => {
  const opener = (await import(module)) as EventStoreModule;
  const store = await opener.openEventStore(place);
  if (job.kind === 'chains') {
    await appendChains(store, writer, job);
    await store.close();
  } else {
    await Promise.all(job.streams.map((stream) => appendEndlessly(store, writer, stream, job.events)));
  }
};

const appendChains = async (store: EventStore, writer: string, job: Job & { kind: 'chains' }): Promise<void> => {
  for (let done = 0; done < job.appends;) {
    const stream = job.streams[done % job.streams.length] ?? '';
    const last = await lastOf(store, stream);
    const events = [anEvent(writer, { after: last?.id ?? null }), anEvent(writer, {})].slice(0, 1 + (done % 2));
    try {
      const { revision } = await store.appendToStream(stream, events, {
        expectedRevision: last?.revision ?? 'no_stream',
      });
      acknowledge(stream, events, revision);
      done += 1;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'EXPECTED_REVISION_CONFLICT') throw error;
    }
  }
};

const appendEndlessly = async (store: EventStore, writer: string, stream: string, count: number): Promise<never> => {
  for (;;) {
    const events = Array.from({ length: count }, () => anEvent(writer, {}));
    const { revision } = await store.appendToStream(stream, events, { expectedRevision: 'any' });
    acknowledge(stream, events, revision);
  }
};

const lastOf = async (store: EventStore, stream: string): Promise<RecordedEvent | undefined> => {
  for await (const [last] of store.readStream(stream, { direction: 'backwards', maxCount: 1 })) return last;
  return undefined;
};

const anEvent = (writer: string, data: object): EventToAppend => ({
  id: randomUUID(),
  type: 'SomethingHappened',
  data: { writer, ...data },
  metadata: {},
});

/** Pipes are written at once, so a line that was begun is out even if the process is killed next. */
const acknowledge = (stream: string, events: readonly EventToAppend[], revision: bigint): void => {
  const line: Acknowledgement = { stream, ids: events.map(({ id }) => id), revision: revision.toString() };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

const [module, place, writer, job] = process.argv.slice(2);
if (module !== undefined && place !== undefined && writer !== undefined && job !== undefined) {
  await main(module, place, writer, JSON.parse(job) as Job);
}
