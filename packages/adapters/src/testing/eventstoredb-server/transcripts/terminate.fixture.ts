import { once } from 'node:events';
import { expect } from 'vitest';
import type { EventStoreDbServer } from '../start-server.ts';
import { Stage, transcripts } from './stage.fixture.ts';

export const isTerminateCase = (id: string): boolean => id === '7-signals.2';

/** What an error says, in the words of the records. */
const told = (thrown: unknown) => {
  const { code, message } = thrown as { readonly code?: number; readonly message: string };
  return { class: (thrown as Error).constructor.name, message, ...(code === undefined ? {} : { code }) };
};

const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => error,
  );

const drained = async (events: AsyncIterator<unknown>): Promise<void> => {
  while ((await events.next()).done !== true);
};

/** What a server that was told to stop says to the calls that are open and to those that come, until it is gone. */
export const playTerminate = async (server: EventStoreDbServer): Promise<void> => {
  const { pendingAppendLoops, burstOf200BatchAppendsAtSignal, liveSubscription, longRead } =
    transcripts.find(({ id }) => isTerminateCase(id))?.outcome ?? {};
  const stage = new Stage(server.connectionString);
  // With a connection of its own: the client lets go of one that was not ready.
  const other = new Stage(`${server.connectionString}&keepAliveTimeout=20000`);
  const { client } = stage;
  const [stream, large] = [stage.stream(), stage.stream()];
  const append = () => client.appendToStream(stream, stage.event());
  await append();
  for (let written = 0; written < 100; written += 1) {
    await server.write(large, { type: 't', data: JSON.stringify('x'.repeat(200_000)) });
  }
  const reading = other.client.readStream(large, {}, { highWaterMark: 1 })[Symbol.asyncIterator]();
  await reading.next();
  const subscription = client.subscribeToStream(stream, { fromRevision: 'end' });
  const heard: unknown[] = [];
  subscription.on('data', (event) => heard.push(event));
  await once(subscription, 'caughtUp');
  const broken = thrownBy(once(subscription, 'end'));

  const terminated = server.terminate({ withinMs: 3_000 });
  await server.inspect(); // it is stopping now
  expect(pendingAppendLoops.batch.errors[0]).toMatchObject(told(await thrownBy(append())));
  const refused = (await thrownBy(append())) as { readonly type?: string; readonly code?: number };
  expect(told(refused)).toEqual({ class: 'UnknownError', message: 'Could not recognize Server Is Not Ready' });
  expect(Object.keys(burstOf200BatchAppendsAtSignal)).toContain(
    `${told(refused).class} type=${refused.type} code=${refused.code}`,
  );
  await server.inject({ ignoreAppends: 1 });
  const pending = thrownBy(append());
  expect(longRead.at(-1).error).toEqual(told(await thrownBy(drained(reading))));
  const credentials = { username: 'admin', password: 'changeit' };
  const classic = other.client.appendToStream(stream, other.event(), { credentials });
  expect(pendingAppendLoops.classic.errors[0]).toMatchObject(told(await thrownBy(classic)));
  expect(pendingAppendLoops.batch.errors[1]).toMatchObject(told(await pending));
  expect(liveSubscription.at(-1).error).toEqual(told(await broken));
  expect(heard).toEqual([]);
  await terminated;
  await Promise.all([stage.dispose(), other.dispose()]);
};
