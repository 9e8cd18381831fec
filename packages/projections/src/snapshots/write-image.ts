import type { CommandShard } from '../effective-settings/command-index.ts';
import type { RecentEvent } from '../effective-settings/recent-events.ts';
import type { TreeImage } from '../effective-settings/tree.ts';
import type { ViewImage } from '../effective-settings/view-image.ts';
import { ColumnWriter } from './column-writer.ts';
import { encodePage } from './columns.ts';
import { noTime, pageKinds } from './format.ts';
import { writeEvent } from './recorded-event.ts';
import { writeState } from './settings-state.ts';

/** When a page is full, in bytes: made in a millisecond or two, and its texts are read into memory that the runtime has at hand. */
const fullPage = 65_536;
const idsAPage = 2_048;
const noLongs = new BigInt64Array();

type Write = (writer: ColumnWriter) => void;

/** Writes an image page by page; between two of them anything may happen to its view. */
export function* writeImage(image: ViewImage): Generator<Uint8Array> {
  let pages = 0;
  for (const page of pagesOf(image)) {
    yield page;
    pages += 1;
  }
  yield encodePage({ kind: pageKinds.end, integers: Int32Array.of(pages), longs: noLongs, values: [] });
}

function* pagesOf(image: ViewImage): Generator<Uint8Array> {
  yield* inPages(pageKinds.beginning, [(writer) => writeBeginning(writer, image)]);
  yield* idPages(image.tree);
  yield* namePages(image.tree);
  yield* linkPages(image.tree);
  yield* inPages(pageKinds.own, ownSettingsOf(image));
  yield* commandPages(image.commands);
  yield* inPages(pageKinds.recent, image.recent.map(recentEvent));
  yield* inPages(pageKinds.times, timesOf(image));
  yield* inPages(pageKinds.superseded, supersededOf(image));
}

/** Fills one page after the other. */
function* inPages(kind: number, writes: Iterable<Write>): Generator<Uint8Array> {
  let writer = new ColumnWriter(kind);
  for (const write of writes) {
    write(writer);
    if (writer.length < fullPage) continue;
    yield writer.page();
    writer = new ColumnWriter(kind);
  }
  if (writer.length > 0) yield writer.page();
}

const writeBeginning = (writer: ColumnWriter, image: ViewImage): void => {
  const { last, position, events, slugs, times, begun, early } = image;
  for (const long of [last.position, last.revision, position, BigInt(events)]) writer.long(long);
  writer.value(last.id);
  writer.value(last.streamName);
  writer.long(times.position);
  writer.long(BigInt(times.events));
  writer.value(times.at);
  writer.integer(slugs.length);
  for (const slug of slugs) writer.value(slug);
  writer.integer(begun.length);
  for (const event of begun) writeEvent(writer, event);
  writer.integer(early.length);
  for (const [streamName, revision] of early) {
    writer.value(streamName);
    writer.long(revision);
  }
};

function* idPages({ ids }: TreeImage): Generator<Uint8Array> {
  let texts: string[] = [];
  const page = (): Uint8Array => textPage(pageKinds.ids, Int32Array.of(texts.length), texts);
  for (const id of ids) {
    if (texts.push(id) < idsAPage) continue;
    yield page();
    texts = [];
  }
  if (texts.length > 0) yield page();
}

function* namePages({ names }: TreeImage): Generator<Uint8Array> {
  for (const { indexes, objects } of names) yield textPage(pageKinds.names, Int32Array.from(indexes), objects);
}

const textPage = (kind: number, integers: Int32Array, texts: readonly string[]): Uint8Array =>
  encodePage({ kind, integers, longs: noLongs, values: texts });

function* linkPages({ links }: TreeImage): Generator<Uint8Array> {
  for (const [kind, pages] of links.entries()) {
    for (const page of pages) {
      const integers = new Int32Array(1 + page.length);
      integers[0] = kind;
      integers.set(page, 1);
      yield encodePage({ kind: pageKinds.links, integers, longs: noLongs, values: [] });
    }
  }
}

function* ownSettingsOf({ own }: ViewImage): Generator<Write> {
  for (const [index, entries] of own.entries()) {
    for (const [number, { state, revision }] of entries) {
      yield (writer) => {
        writer.integer(index, number);
        writer.long(revision);
        writeState(writer, state);
      };
    }
  }
}

/** Tables as they lie in memory, so that nothing need be put into them again. */
function* commandPages(shards: readonly CommandShard[]): Generator<Uint8Array> {
  let group: CommandShard[] = [];
  let length = 0;
  for (const shard of shards) {
    group.push(shard);
    length += shard.slots.byteLength;
    if (length < fullPage) continue;
    yield commandPage(group);
    [group, length] = [[], 0];
  }
  if (group.length > 0) yield commandPage(group);
}

/** For each shard four integers and its slots: so that each begins at a multiple of sixteen bytes. */
const commandPage = (shards: readonly CommandShard[]): Uint8Array => {
  const integers = new Int32Array(shards.reduce((length, { slots }) => length + 4 + slots.length, 0));
  let from = 0;
  for (const { at, count, slots } of shards) {
    integers.set([at, count, slots.length], from);
    integers.set(slots, from + 4);
    from += 4 + slots.length;
  }
  return encodePage({ kind: pageKinds.commands, integers, longs: noLongs, values: [] });
};

const recentEvent =
  ({ position, number = -1, integration, moved: [from, to] = [-1, -1] }: RecentEvent): Write =>
  (writer) => {
    writer.long(position);
    writer.integer(number, from, to);
    writer.value(integration);
  };

function* timesOf({ times }: ViewImage): Generator<Write> {
  for (const { position, time } of times.entries) {
    yield (writer) => {
      writer.long(position);
      writer.long(time === -Infinity ? noTime : BigInt(time));
    };
  }
}

function* supersededOf({ superseded }: ViewImage): Generator<Write> {
  for (const { event, became } of superseded) {
    yield (writer) => {
      writeEvent(writer, event);
      writer.value(became);
    };
  }
}
