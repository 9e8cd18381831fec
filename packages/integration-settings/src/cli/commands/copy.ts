import type { EventStore } from '@integration-settings/domain';
import { type Checked, checkCopy } from '../check-copy.ts';
import type { CliCommand, Context } from '../cli-command.ts';
import { usageError } from '../command-line-error.ts';
import { type Copied, copyLog } from '../copy-log.ts';
import { withCopyProgress } from '../copy-progress.ts';
import { loadCatalog } from '../load-catalog.ts';
import { namespaceOf, openStore, requireStore } from '../open-settings.ts';
import { renderCount } from '../render.ts';
import { parseStoreAddress, type StoreAddress } from '../store-address.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
}

/** How many go together: SQLite writes those of one turn in one transaction; elsewhere one that is repeated would lose its place. */
const appendsAtOnce: Readonly<Record<StoreAddress['kind'], number>> = { sqlite: 500, eventstoredb: 1 };

/** Copies the log of a namespace into another store and checks the copy. */
export const copy: CliCommand<Options> = {
  name: 'copy',
  summary: 'copy all events of a namespace into another store, and check the copy',
  details: [
    'Ids, data, metadata and order are kept. A copy that was stopped goes on when it is started again; a target that holds',
    'something else in the namespace is refused. Afterwards both logs are read and everything they say is compared.',
    'Secrets stay sealed: keep the key file of the source, and name it with --key-file where the copy is used.',
  ].join('\n'),
  options: [
    ['--from <address>', 'the store to read, sqlite:FILE or esdb://HOST:PORT'],
    ['--to <address>', 'the store to write; a file that is not there is made'],
  ],
  examples: [
    'copy --from sqlite:settings.sqlite --to esdb://node.example:2113',
    'copy --from sqlite:settings.sqlite --to sqlite:copy.sqlite --namespace staging',
  ],
  async run(context) {
    const { options, terminal } = context;
    const namespace = namespaceOf(options);
    const [source, target] = [addressOf('--from', options.from), addressOf('--to', options.to)];
    const catalog = await loadCatalog(options.catalog);
    requireStore(source);
    const start = performance.now();
    await withStores(source, target, async (from, to) => {
      const copied = await withCopyProgress(from, namespace, context, (onProgress) =>
        copyLog(from, to, { namespace, appendsAtOnce: appendsAtOnce[target.kind], onProgress }),
      );
      const checked = await withCopyProgress(from, namespace, context, (onProgress) =>
        checkCopy(from, to, { namespace, catalog, expected: copied.events, onProgress }),
      );
      const milliseconds = Math.round(performance.now() - start);
      if (options.json === true) terminal.printJson({ ...copied, ...checked, milliseconds });
      else printCopied(copied, checked, milliseconds, context);
    });
  },
};

const addressOf = (option: string, text: string | undefined): StoreAddress => {
  if (text === undefined) throw usageError(`copy needs ${option}.`);
  return parseStoreAddress(text, option);
};

const withStores = async (
  source: StoreAddress,
  target: StoreAddress,
  work: (from: EventStore, to: EventStore) => Promise<void>,
): Promise<void> => {
  const from = await openStore(source);
  try {
    const to = await openStore(target);
    try {
      await work(from, to);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
};

const printCopied = (
  { copied }: Copied,
  { events, scopes, digest }: Checked,
  milliseconds: number,
  { terminal }: Context,
): void => {
  const seconds = (milliseconds / 1_000).toFixed(1);
  const before = events === copied ? '' : ` (${renderCount(events - copied)} were there)`;
  terminal.print(`${renderCount(copied)} events copied${before} in ${seconds} s.`);
  terminal.print(
    `Both stores say the same: ${renderCount(events)} events, ${renderCount(scopes)} scopes, digest ${digest.slice(0, 16)}.`,
  );
};
