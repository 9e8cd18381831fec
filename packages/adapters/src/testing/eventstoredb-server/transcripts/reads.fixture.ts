import { randomUUID } from 'node:crypto';
import type { AllStreamSubscription, ReadPosition, ReadRevision, StreamSubscription } from '@eventstore/db-client';
import { eventTypeFilter, streamNameFilter } from '@eventstore/db-client';
import { expect, vi } from 'vitest';
import { type Play, type Stage, recordedSummary, summaryOf } from './stage.fixture.ts';

type Kind = 'missing' | 'soft' | 'tomb' | 'there';

/** A stream of some events in one of its states. */
const streamOf = async (stage: Stage, kind: Kind, length = 2): Promise<string> => {
  const stream = stage.stream(kind);
  if (kind === 'missing') return stream;
  const events = Array.from({ length }, () => stage.event());
  await stage.client.appendToStream(stream, events, { expectedRevision: 'no_stream' });
  if (kind === 'soft') await stage.client.deleteStream(stream);
  if (kind === 'tomb') await stage.client.tombstoneStream(stream);
  return stream;
};

/** What a read gives, as the transcripts put it. */
const outcomeOf = async (read: AsyncIterable<{ event?: { revision: bigint } | undefined }>) => {
  try {
    const revisions: string[] = [];
    for await (const { event } of read) revisions.push(`${event?.revision}n`);
    return { count: revisions.length, revisions };
  } catch (error) {
    return summaryOf(error);
  }
};

const recordedRead = (outcome: {
  error?: unknown;
  client?: unknown;
  count?: number;
  revisions?: string[];
}): unknown => {
  const { error, client, count, revisions } = outcome;
  if (client !== undefined) return recordedRead(client as object);
  return error === undefined ? { count, revisions } : summaryOf(error);
};

const readsOf =
  (kind: Kind, direction: 'forwards' | 'backwards'): Play =>
  async ({ outcome }, stage) => {
    const fromRevision = direction === 'forwards' ? 'start' : 'end';
    const stream = await streamOf(stage, kind);
    expect(await outcomeOf(stage.client.readStream(stream, { direction, fromRevision }))).toEqual(
      recordedRead(outcome),
    );
  };

interface Range {
  readonly fromRevision: ReadRevision;
  readonly direction?: 'forwards' | 'backwards';
  readonly maxCount?: number;
}

const rangeOf =
  (length: number, range: Range, metadata?: { truncateBefore?: number; maxCount?: number }): Play =>
  async ({ outcome }, stage) => {
    const stream = await streamOf(stage, 'there', length);
    if (metadata !== undefined) await stage.client.setStreamMetadata(stream, metadata);
    expect(await outcomeOf(stage.client.readStream(stream, range))).toEqual(recordedRead(outcome));
  };

const removal =
  (
    verb: 'deleteStream' | 'tombstoneStream',
    kinds: readonly ('missing' | 'there' | 'soft' | 'tomb')[],
    expected: bigint | 'any' | 'no_stream' | 'stream_exists',
  ): Play =>
  async ({ outcome }, stage) => {
    const stream = await streamOf(stage, kinds[0] ?? 'there');
    let result = 'position';
    try {
      await stage.client[verb](stream, { expectedRevision: expected as never });
    } catch (error) {
      result = summaryOf(error);
    }
    expect(result).toBe(outcome.position === undefined ? summaryOf(outcome.error) : 'position');
  };

type Subscription = StreamSubscription | AllStreamSubscription;

/** Listens until as much was heard as a real node said, and compares; what the client adds on unsubscribing is left out. */
const hears = async (
  subscription: Subscription,
  recorded: readonly unknown[],
  act: () => Promise<unknown> = async () => undefined,
  withTypes = false,
): Promise<void> => {
  const expected = recorded
    .filter((mark) => mark !== 'end' && mark !== 'close')
    .map((mark) => (typeof mark === 'string' ? mark : recordedSummary(mark)));
  const heard: string[] = [];
  subscription
    .on('confirmation', () => heard.push('confirmation'))
    .on('caughtUp', () => heard.push('caughtUp'))
    .on('data', ({ event }: { event?: { revision: bigint; type: string } }) =>
      heard.push(`data ${event?.revision}n${withTypes ? ` ${event?.type}` : ''}`),
    )
    .on('error', (error: Error) => heard.push(summaryOf(error)));
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0));
  const before = expected.indexOf('caughtUp');
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(before));
  await act();
  await vi.waitFor(() => expect(heard).toEqual(expected), { timeout: 5_000 });
  await subscription.unsubscribe();
};

const subscribes =
  (
    kind: Kind,
    fromRevision: 'start' | 'end' | bigint,
    act: (stage: Stage, stream: string) => Promise<unknown> = async () => undefined,
    length = 2,
    truncateBefore?: number,
  ): Play =>
  async ({ outcome }, stage) => {
    const stream = await streamOf(stage, kind, length);
    if (truncateBefore !== undefined) await stage.client.setStreamMetadata(stream, { truncateBefore });
    await hears(stage.client.subscribeToStream(stream, { fromRevision }), outcome as unknown[], () =>
      act(stage, stream),
    );
  };

const append =
  (count: number) =>
  (stage: Stage, stream: string): Promise<unknown> =>
    stage.client.appendToStream(
      stream,
      Array.from({ length: count }, () => stage.event()),
    );

const recreate = async (stage: Stage, stream: string): Promise<void> => {
  await stage.client.deleteStream(stream);
  await append(1)(stage, stream);
};

const recreated: Play = async ({ outcome }, stage) => {
  const stream = await streamOf(stage, 'soft', 3);
  const appended = await stage.append('batch', stream, [stage.event(), stage.event()], 'any');
  const { metadata } = await stage.client.getStreamMetadata(stream);
  expect({
    append: appended,
    read: await outcomeOf(stage.client.readStream(stream)),
    fromRevision0: await outcomeOf(stage.client.readStream(stream, { fromRevision: 0n })),
    metadata,
  }).toEqual({
    append: outcome.append,
    read: recordedRead(outcome.read),
    fromRevision0: recordedRead(outcome.fromRevision0),
    metadata: outcome.metadata.metadata,
  });
};

const truncatedPastTheEnd: Play = async ({ outcome }, stage) => {
  const stream = await streamOf(stage, 'there', 20);
  await stage.client.setStreamMetadata(stream, { truncateBefore: 100 });
  expect(await outcomeOf(stage.client.readStream(stream))).toEqual(recordedRead(outcome.forwards));
  expect(await outcomeOf(stage.client.readStream(stream, { direction: 'backwards', fromRevision: 'end' }))).toEqual(
    recordedRead(outcome.backwards),
  );
  expect(await stage.append('batch', stream, [stage.event()], 'any')).toBe(outcome.append);
  expect(await stage.append('batch', stream, [stage.event()], 'no_stream')).toBe(
    recordedSummary(outcome.appendNoStream),
  );
};

const fieldsOfAnEvent: Play = async ({ outcome }, stage) => {
  const stream = await streamOf(stage, 'there', 1);
  for await (const resolved of stage.client.readStream(stream)) {
    expect(Object.keys(resolved)).toEqual(outcome.top);
    expect(Object.keys(resolved.event ?? {})).toEqual(outcome.event);
    expect(resolved.commitPosition).toBe(resolved.event?.position?.commit);
  }
};

const deletedWhatIsMissing: Play = async (_, stage) => {
  const stream = stage.stream('del0');
  await expect(stage.client.deleteStream(stream, { expectedRevision: 'any' })).rejects.toMatchObject({
    type: 'wrong-expected-version',
  });
  expect(await stage.append('batch', stream, [stage.event()], 'no_stream')).toBe('success 0n, position');
};

const reads: ReadonlyMap<number, Play> = new Map([
  [1, removal('deleteStream', ['there'], 'any')],
  [2, removal('tombstoneStream', ['there'], 'any')],
  [3, readsOf('missing', 'forwards')],
  [4, readsOf('missing', 'backwards')],
  [6, subscribes('missing', 'start')],
  [7, subscribes('missing', 'end')],
  [8, readsOf('soft', 'forwards')],
  [9, readsOf('soft', 'backwards')],
  [11, subscribes('soft', 'start')],
  [12, subscribes('soft', 'end')],
  [13, readsOf('tomb', 'forwards')],
  [14, readsOf('tomb', 'backwards')],
  [16, subscribes('tomb', 'start')],
  [17, subscribes('tomb', 'end')],
  [18, subscribes('missing', 'start', append(2))],
  [19, subscribes('there', 'end', recreate)],
  [20, subscribes('there', 'end', (stage, stream) => stage.client.tombstoneStream(stream))],
  [21, subscribes('there', 'start', (stage, stream) => stage.client.tombstoneStream(stream))],
  [22, removal('deleteStream', ['missing'], 'any')],
  [23, removal('deleteStream', ['missing'], 'no_stream')],
  [24, removal('deleteStream', ['missing'], 'stream_exists')],
  [25, removal('deleteStream', ['missing'], 0n)],
  [26, removal('tombstoneStream', ['missing'], 'any')],
  [27, removal('tombstoneStream', ['missing'], 'no_stream')],
  [28, removal('tombstoneStream', ['missing'], 'stream_exists')],
  [29, removal('tombstoneStream', ['missing'], 0n)],
  [30, deletedWhatIsMissing],
  [31, removal('deleteStream', ['there'], 0n)],
  [32, removal('tombstoneStream', ['there'], 0n)],
  [33, removal('deleteStream', ['there'], 1n)],
  [34, removal('deleteStream', ['soft'], 'any')],
  [35, removal('tombstoneStream', ['soft'], 'any')],
  [36, removal('deleteStream', ['tomb'], 'any')],
  [37, removal('tombstoneStream', ['tomb'], 'any')],
  [38, recreated],
  [39, rangeOf(20, { fromRevision: 'start' }, { truncateBefore: 15 })],
  [40, rangeOf(20, { fromRevision: 3n, maxCount: 4 }, { truncateBefore: 15 })],
  [41, rangeOf(20, { fromRevision: 'end', direction: 'backwards' }, { truncateBefore: 15 })],
  [42, rangeOf(20, { fromRevision: 10n, direction: 'backwards' }, { truncateBefore: 15 })],
  [43, subscribes('there', 'start', undefined, 20, 15)],
  [44, rangeOf(20, { fromRevision: 'start' }, { maxCount: 2 })],
  [46, truncatedPastTheEnd],
  [48, rangeOf(10, { fromRevision: 'end' })],
  [49, rangeOf(10, { fromRevision: 'start', direction: 'backwards' })],
  [50, rangeOf(10, { fromRevision: 3n, maxCount: 2 })],
  [51, rangeOf(10, { fromRevision: 3n, direction: 'backwards' })],
  [52, rangeOf(10, { fromRevision: 100n })],
  [53, rangeOf(10, { fromRevision: 100n, direction: 'backwards' })],
  [54, rangeOf(10, { fromRevision: 'start', maxCount: 0 })],
  [58, fieldsOfAnEvent],
]);

/** Eight events, and where they stand in the log. */
const positions = async (stage: Stage): Promise<readonly bigint[]> => {
  const stream = await streamOf(stage, 'there', 8);
  const found: bigint[] = [];
  for await (const { event } of stage.client.readStream(stream)) found.push(event?.position?.commit ?? 0n);
  return found;
};

type At = (positions: readonly bigint[]) => ReadPosition;

const at = (commit: bigint, prepare = commit): ReadPosition => ({ commit, prepare });

/** Reads two events of the log from somewhere, and compares how many there are, or the error. */
const readsAll =
  (direction: 'forwards' | 'backwards', where: At, maxCount = 2): Play =>
  async ({ outcome }, stage) => {
    const read = stage.client.readAll({ direction, fromPosition: where(await positions(stage)), maxCount });
    const { error, got, count } = outcome as { error?: unknown; got?: unknown[]; count?: number };
    const found = await outcomeOf(read);
    expect(typeof found === 'string' ? found : found.count).toBe(
      error === undefined ? (got?.length ?? count) : summaryOf(error),
    );
  };

/** Where an exact position in the log leads, in both directions. */
const isInclusive =
  (direction: 'forwards' | 'backwards'): Play =>
  async (_, stage) => {
    const found = await positions(stage);
    const got: unknown[] = [];
    for await (const { commitPosition } of stage.client.readAll({
      direction,
      fromPosition: at(found[4] ?? 0n),
      maxCount: 2,
    }))
      got.push(commitPosition);
    expect(got).toEqual(direction === 'forwards' ? found.slice(4, 6) : [found[3], found[2]]);
  };

const subscribesToAll =
  (where: At): Play =>
  async ({ outcome }, stage) => {
    const recorded = (outcome as unknown[]).filter((mark) => !(typeof mark === 'string' && mark.startsWith('data')));
    await hears(stage.client.subscribeToAll({ fromPosition: where(await positions(stage)) }), recorded);
  };

const passesOverUpToThere: Play = async (_, stage) => {
  const found = await positions(stage);
  const heard: unknown[] = [];
  const subscription = stage.client.subscribeToAll({ fromPosition: at((found.at(-1) ?? 0n) + 2_000n) });
  await new Promise((resolve) =>
    subscription.on('caughtUp', resolve).on('data', ({ event }) => heard.push(event?.type)),
  );
  const stream = stage.stream();
  for (let count = 0; count < 40; count += 1)
    await stage.client.appendToStream(stream, stage.event('', {}, `t${count}`));
  await vi.waitFor(() => expect(heard.at(-1)).toBe('t39'));
  expect(heard).not.toContain('t0');
  await subscription.unsubscribe();
};

const positionsOfAppends: Play = async (_, stage) => {
  const stream = stage.stream('pos');
  const answers: unknown[] = [];
  for (let count = 0; count < 4; count += 1) {
    answers.push((await stage.client.appendToStream(stream, [stage.event(), stage.event()])).position);
  }
  const found: unknown[] = [];
  for await (const { event } of stage.client.readStream(stream)) found.push(event?.position);
  expect(found.filter((_position, index) => index % 2 === 1)).toEqual(answers);
};

const remains: Play = async ({ outcome }, stage) => {
  const soft = await streamOf(stage, 'soft', 3);
  const tomb = await streamOf(stage, 'tomb', 3);
  const types: Record<string, string[]> = { [soft]: [], [`$$${soft}`]: [], [tomb]: [], [`$$${tomb}`]: [] };
  let last = 0n;
  for await (const { event, commitPosition = 0n } of stage.client.readAll()) {
    expect(commitPosition).toBeGreaterThan(last);
    last = commitPosition;
    types[event?.streamId ?? '']?.push(event?.type ?? '');
  }
  expect(types[soft]).toEqual(outcome.soft);
  expect(types[`$$${soft}`]).toEqual(['$metadata']);
  expect(types[tomb]?.toSorted()).toEqual(outcome.tomb);
  expect(types[`$$${tomb}`]).toEqual(outcome.tombMeta);
};

const far = (found: readonly bigint[]): bigint => (found.at(-1) ?? 0n) + 10_000_000n;
const maxUint = 2n ** 64n - 1n;
const maxInt = 2n ** 63n - 1n;

const all: ReadonlyMap<number, Play> = new Map([
  [2, positionsOfAppends],
  [3, isInclusive('forwards')],
  [4, isInclusive('backwards')],
  [5, readsAll('backwards', () => 'end', 3)],
  [6, readsAll('forwards', () => 'end')],
  [7, readsAll('backwards', () => 'start')],
  [8, readsAll('forwards', (found) => at((found[2] ?? 0n) + 1n))],
  [9, readsAll('backwards', (found) => at((found[2] ?? 0n) + 1n))],
  [10, subscribesToAll((found) => at((found[2] ?? 0n) + 1n))],
  [11, readsAll('forwards', (found) => at(far(found)))],
  [12, readsAll('backwards', (found) => at(far(found)))],
  [13, subscribesToAll((found) => at(far(found)))],
  [14, readsAll('forwards', (found) => at(found[2] ?? 0n, found[3]))],
  [15, readsAll('backwards', (found) => at(found[2] ?? 0n, found[3]))],
  [17, readsAll('forwards', (found) => at(found[4] ?? 0n, found[3]))],
  [18, readsAll('backwards', (found) => at(found[4] ?? 0n, found[3]))],
  [20, readsAll('forwards', () => at(0n))],
  [21, readsAll('backwards', () => at(0n))],
  [23, readsAll('forwards', () => at(maxUint))],
  [24, readsAll('backwards', () => at(maxUint))],
  [25, subscribesToAll(() => at(maxUint))],
  [26, readsAll('forwards', () => at(maxInt))],
  [27, readsAll('backwards', () => at(maxInt))],
  [28, subscribesToAll(() => at(maxInt))],
  [31, passesOverUpToThere],
  [34, remains],
]);

const transitions: Play = async (_, stage) => {
  const stream = await streamOf(stage, 'there', 13);
  const heard: string[] = [];
  let count = 0;
  const subscription = stage.client
    .subscribeToStream(stream, { fromRevision: 'start' })
    .on('data', () => (count += 1))
    .on('caughtUp', () => heard.push('caughtUp'));
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  for (const burst of [1, 2, 3]) {
    await append(50)(stage, stream);
    await vi.waitFor(() => expect([heard.length, count]).toEqual([burst + 1, 13 + 50 * burst]));
  }
  await subscription.unsubscribe();
};

/** A filtered subscription over many events, few of which match: what it says, and that it can be resumed from there. */
const filtered =
  (by: 'streamName' | 'eventType', pattern: 'prefixes' | 'regex'): Play =>
  async (_, stage) => {
    const mark = randomUUID();
    const noise = Array.from({ length: 100 }, () => stage.event('', {}, `noise-${mark}`));
    for (const name of ['noise', 'hit', 'noise']) {
      await stage.client.appendToStream(
        `${name}-${mark}`,
        name === 'hit' ? [stage.event('', {}, `order-${mark}`)] : noise,
      );
    }
    const [subject, filter] =
      by === 'streamName'
        ? ([`hit-${mark}`, streamNameFilter] as const)
        : ([`order-${mark}`, eventTypeFilter] as const);
    const checkpoints: bigint[] = [];
    const hits: bigint[] = [];
    const subscription = stage.client.subscribeToAll({
      filter: filter({
        ...(pattern === 'regex' ? { regex: `^${subject}` } : { prefixes: [subject] }),
        checkpointReached: async (_subscription: unknown, { commit }: { commit: bigint }) =>
          void checkpoints.push(commit),
      } as never),
    });
    await new Promise((resolve) =>
      subscription.on('caughtUp', resolve).on('data', ({ commitPosition = 0n }) => hits.push(commitPosition)),
    );
    await vi.waitFor(() => expect(hits).toHaveLength(1));
    expect(checkpoints.length).toBeGreaterThan(5);
    expect(checkpoints).toEqual([...new Set(checkpoints)].toSorted((one, other) => (one < other ? -1 : 1)));
    await subscription.unsubscribe();
    const resumed = stage.client.subscribeToAll({
      fromPosition: at(checkpoints.at(-1) ?? 0n),
      filter: streamNameFilter({ prefixes: [`hit-${mark}`] }),
    });
    await stage.client.appendToStream(`hit-${mark}`, stage.event('', {}, 'order-after'));
    await new Promise((resolve) =>
      resumed.on('data', ({ event }) => event?.type === 'order-after' && resolve(undefined)),
    );
    await resumed.unsubscribe();
  };

const badRegex: Play = async ({ outcome }, stage) => {
  await hears(stage.client.subscribeToAll({ filter: eventTypeFilter({ regex: '(' }) }), outcome.order as unknown[]);
};

const noInterval: Play = async ({ outcome }, stage) => {
  expect(() =>
    stage.client.subscribeToAll({ filter: { ...eventTypeFilter({ regex: 'x' }), checkpointInterval: 0 } }),
  ).toThrow(outcome.error.message as string);
};

const subscriptions: ReadonlyMap<number, Play> = new Map([
  [2, async ({ outcome }, stage) => hears(stage.client.subscribeToAll({ fromPosition: 'end' }), outcome as unknown[])],
  [3, subscribes('there', 7n, append(1), 10)],
  [5, subscribes('there', 10n, append(2), 11)],
  [6, transitions],
  [7, filtered('eventType', 'prefixes')],
  [8, filtered('eventType', 'regex')],
  [9, filtered('streamName', 'prefixes')],
  [10, filtered('streamName', 'regex')],
  [
    12,
    async ({ outcome }, stage) =>
      hears(
        stage.client.subscribeToAll({ fromPosition: 'end', filter: streamNameFilter({ prefixes: ['none'] }) }),
        outcome.order as unknown[],
      ),
  ],
  [17, badRegex],
  [18, noInterval],
  [20, filtered('eventType', 'prefixes')],
]);

/** Cases of the groups about reading and subscribing that a double can play, by number. */
export const readPlays = (id: string): Play | undefined => {
  const [group, number] = id.split('.');
  const plays =
    group === '5-read' ? reads : group === '6-all' ? all : group === '7-subscriptions' ? subscriptions : undefined;
  return plays?.get(Number(number));
};
