import { expect } from 'vitest';
import { type Play, Stage } from './stage.fixture.ts';

const concurrent =
  (count: number, used: boolean): Play =>
  async ({ outcome }, { connectionString }) => {
    const stage = new Stage(connectionString);
    if (used) await stage.append('batch', stage.stream(), [stage.event()], 'any');
    const stream = stage.stream();
    await Promise.all(
      Array.from({ length: count }, (_, n) => stage.client.appendToStream(stream, stage.event('', { n }))),
    );
    const order: number[] = [];
    for await (const { event } of stage.client.readStream(stream))
      order.push(Number((event?.data as { n?: number } | undefined)?.n));
    const descents = order.filter((n, index) => n < (order[index - 1] ?? -1)).length;
    expect({ descents, n: order.length, first20: order.slice(0, 20) }).toEqual(outcome);
    await stage.dispose();
  };

const pipelined =
  (count: number): Play =>
  async ({ outcome }, { connectionString }) => {
    const stage = new Stage(connectionString);
    await stage.append('batch', stage.stream(), [stage.event()], 'any');
    const stream = stage.stream();
    const results = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        stage.append('batch', stream, [stage.event()], index === 0 ? 'no_stream' : `${index - 1}n`),
      ),
    );
    expect(results.filter((result) => result.startsWith('success'))).toHaveLength(outcome.ok as number);
    await stage.dispose();
  };

const plays: readonly Play[] = [
  concurrent(10, false),
  concurrent(100, false),
  concurrent(2_000, false),
  concurrent(10, true),
  concurrent(100, true),
  concurrent(2_000, true),
  pipelined(10),
  pipelined(1_000),
];

/** Cases about the order of appends that nobody waits for, by number. */
export const orderPlays = (id: string): Play | undefined =>
  id.startsWith('14-order.') ? plays[Number(id.split('.')[1]) - 1] : undefined;
