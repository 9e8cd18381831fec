import type { RecordedEvent } from '@integration-settings/domain';
import type { CommandShard } from '../effective-settings/command-index.ts';
import type { OwnEntry } from '../effective-settings/own-index.ts';
import type { RecentEvent } from '../effective-settings/recent-events.ts';
import type { TimeMark } from '../effective-settings/time-index.ts';
import type { Superseded, ViewImage } from '../effective-settings/view-image.ts';
import { IntegerPages, type ObjectsImage } from '../effective-settings/pages.ts';
import { ColumnReader } from './column-reader.ts';
import { type Columns, decodePage } from './columns.ts';
import { noTime, pageKinds } from './format.ts';
import { readRecorded } from './recorded-event.ts';
import { readState } from './settings-state.ts';

type Beginning = Omit<ViewImage, 'tree' | 'own' | 'commands' | 'recent' | 'superseded'>;

/**
 * Reads what `writeImage` wrote, page by page. Whatever it did not write is a TypeError or RangeError, so that nothing
 * half read is taken for a view.
 */
export class ImageReader {
  readonly #ids: string[] = [];
  readonly #names: ObjectsImage<string>[] = [];
  readonly #links: Int32Array[][] = [];
  readonly #own: [number, OwnEntry][][] = [];
  readonly #commands: CommandShard[] = [];
  readonly #recent: RecentEvent[] = [];
  readonly #marks: TimeMark[] = [];
  readonly #superseded: Superseded[] = [];
  #beginning: Beginning | undefined;
  #pages = 0;
  #isWhole = false;

  /** @throws RangeError where it does not belong after those that were taken */
  take(page: Uint8Array): void {
    const columns = decodePage(page);
    const isBeginning = columns.kind === pageKinds.beginning;
    if (this.#isWhole || isBeginning !== (this.#pages === 0)) throw new RangeError('A page is not where it belongs.');
    this.#takeColumns(columns, new ColumnReader(columns));
    this.#pages += 1;
  }

  /** The last event that is in it. @throws RangeError before the first page */
  get last(): ViewImage['last'] {
    return this.#begun.last;
  }

  /** @throws RangeError before the last page */
  get image(): ViewImage {
    if (!this.#isWhole) throw new RangeError('Pages are missing at the end.');
    const beginning = this.#begun;
    return {
      ...beginning,
      times: { ...beginning.times, entries: this.#marks },
      tree: { ids: this.#ids, names: this.#names, links: this.#links },
      own: beginning.slugs.map((_, index) => this.#own[index] ?? []),
      commands: this.#commands,
      recent: this.#recent,
      superseded: this.#superseded,
    };
  }

  get #begun(): Beginning {
    if (this.#beginning === undefined) throw new RangeError('The first page is missing.');
    return this.#beginning;
  }

  #takeColumns(columns: Columns, reader: ColumnReader): void {
    switch (columns.kind) {
      case pageKinds.beginning:
        this.#beginning = readBeginning(reader);
        return;
      case pageKinds.ids:
        this.#ids.push(...textsOf(columns, reader.integer()));
        return;
      case pageKinds.names:
        this.#names.push({
          indexes: columns.integers.slice(),
          objects: textsOf(columns, columns.integers.length),
        });
        return;
      case pageKinds.links:
        (this.#links[reader.integer()] ??= []).push(IntegerPages.wholePage(columns.integers.subarray(1)));
        return;
      case pageKinds.own:
        while (reader.hasMore) this.#takeOwnEntry(reader);
        return;
      case pageKinds.commands:
        this.#commands.push(...shardsOf(columns));
        return;
      case pageKinds.recent:
        while (reader.hasMore) this.#recent.push(readRecent(reader));
        return;
      case pageKinds.times:
        while (reader.hasMore) this.#marks.push({ position: reader.long(), time: readTime(reader) });
        return;
      case pageKinds.superseded:
        while (reader.hasMore) this.#superseded.push({ event: readRecorded(reader), became: reader.text() });
        return;
      case pageKinds.end:
        if (reader.integer() !== this.#pages) throw new RangeError('Pages are missing.');
        this.#isWhole = true;
        return;
      default:
        throw new TypeError(`There is a page of the unknown kind ${columns.kind}.`);
    }
  }

  #takeOwnEntry(reader: ColumnReader): void {
    const entries = (this.#own[reader.integer()] ??= []);
    entries.push([reader.integer(), { revision: reader.long(), state: readState(reader) }]);
  }
}

const readBeginning = (reader: ColumnReader): Beginning => {
  const last = { position: reader.long(), revision: reader.long() };
  const position = reader.long();
  const events = Number(reader.long());
  const named = { id: reader.text(), streamName: reader.text() };
  const times = { position: reader.long(), events: Number(reader.long()), at: reader.text(), entries: [] };
  const slugs = listOf(reader, () => reader.text());
  const begun: readonly RecordedEvent[] = listOf(reader, () => readRecorded(reader));
  const early = listOf(reader, () => [reader.text(), reader.long()] as const);
  return { last: { ...last, ...named }, position, events, slugs, times, begun, early };
};

const listOf = <T>(reader: ColumnReader, read: () => T): readonly T[] => {
  const list: T[] = [];
  for (let left = reader.integer(); left > 0; left -= 1) list.push(read());
  return list;
};

const readTime = (reader: ColumnReader): number => {
  const time = reader.long();
  return time === noTime ? -Infinity : Number(time);
};

const textsOf = ({ values }: Columns, count: number): readonly string[] => {
  if (values.length !== count || values.some((text) => typeof text !== 'string')) {
    throw new RangeError('A page has not as many texts as it says.');
  }
  return values as readonly string[];
};

function* shardsOf({ integers }: Columns): Generator<CommandShard> {
  for (let from = 0; from < integers.length;) {
    const [at = -1, count = -1, length = -1] = integers.subarray(from, from + 3);
    if (length < 4 || integers.length < from + 4 + length) throw new RangeError('A page ends too early.');
    yield { at, count, slots: new Uint32Array(integers.slice(from + 4, from + 4 + length).buffer) };
    from += 4 + length;
  }
}

const readRecent = (reader: ColumnReader): RecentEvent => {
  const position = reader.long();
  const [number, from, to] = [reader.integer(), reader.integer(), reader.integer()];
  const integration = reader.optionalText();
  return {
    position,
    number: number === -1 ? undefined : number,
    integration,
    moved: from === -1 ? undefined : [from, to],
  };
};
