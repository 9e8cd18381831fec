import type { RecordedEvent } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { Log } from '../testing/log.fixture.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { does } from '../testing/view.fixture.ts';
import { StreamMemory } from './stream-memory.ts';

const streamName = 'integrations.instanceSettings-tracker';
const end = 1_000_000n;

/** A stream of so many events. */
const streamOf = (length: number): readonly RecordedEvent[] => {
  const log = new Log();
  return Array.from({ length }, (_, index) => log.recordOne(does.set('instance', { title: `${index}` })));
};

describe('the memory of streams', () => {
  it('reads a stream once, and answers up to any position', async () => {
    const events = streamOf(5);
    const store = new LogStore(events);
    const memory = new StreamMemory();
    expect(await memory.read(store, streamName, 4n, events[1]!.position)).toEqual(events.slice(0, 2));
    expect(await memory.read(store, streamName, 4n, end)).toEqual(events);
    expect(await memory.read(store, streamName, 4n, events[0]!.position - 1n)).toEqual([]);
    expect(store.streams).toEqual([streamName]);
  });

  it('reads again what has grown', async () => {
    const events = streamOf(3);
    const memory = new StreamMemory();
    await memory.read(new LogStore(events.slice(0, 2)), streamName, 1n, end);
    expect(await memory.read(new LogStore(events), streamName, 2n, end)).toEqual(events);
  });

  it('reads a long stream each time, no further than it must', async () => {
    const events = streamOf(1_200);
    const store = new LogStore(events);
    const memory = new StreamMemory();
    for (const count of [10, 20]) {
      expect(await memory.read(store, streamName, 1_199n, events[count - 1]!.position)).toEqual(events.slice(0, count));
    }
    expect(store.streams).toHaveLength(2);
    expect(store.read).toBeLessThan(50);
  });

  it('forgets what was not asked for the longest, however many streams there are', async () => {
    const all = Array.from({ length: 15 }, (_, stream) =>
      streamOf(900).map((event) => ({ ...event, streamName: `integrations.instanceSettings-${stream}` })),
    );
    const store = new LogStore(all.flat());
    const memory = new StreamMemory();
    const ask = (stream: number) => memory.read(store, `integrations.instanceSettings-${stream}`, 899n, end);
    for (let stream = 0; stream < 15; stream += 1) {
      await ask(stream);
      await ask(0);
    }
    expect(store.streams).toHaveLength(15);
    await ask(14);
    expect(store.streams).toHaveLength(15);
    await ask(1);
    expect(store.streams).toHaveLength(16);
  });
});
