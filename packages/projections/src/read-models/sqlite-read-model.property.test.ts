import { sqliteReadModel } from '@integration-settings/adapters/sqlite';
import type { Catalog, RecordedEvent } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog, changedCatalog } from '../testing/catalogs.fixture.ts';
import { history } from '../testing/history.fixture.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { Oracle } from '../testing/oracle.fixture.ts';
import { rebuildReadModel } from './rebuild-read-model.ts';
import { runReadModel } from './run-read-model.ts';
import { effectiveRows, expectedRows, rowsIn, temporaryFiles } from './sql-view.fixture.ts';

const newFile = temporaryFiles();
const catalogs = fc.constantFrom<Catalog>(catalog, changedCatalog);

const run = async (file: string, using: Catalog, events: readonly RecordedEvent[]): Promise<void> => {
  const readModel = await sqliteReadModel({ file, catalog: using });
  await runReadModel({ eventStore: new LogStore(events), readModel, follow: false });
  await readModel.close();
};

describe('the SQL view of effective settings', () => {
  it('shows for every scope and integration what the rules say, after any history', async () => {
    await fc.assert(
      fc.asyncProperty(history(), catalogs, async (events, using) => {
        const file = newFile();
        await run(file, using, events);
        expect(effectiveRows(file)).toEqual(expectedRows(new Oracle(using, events), using));
      }),
      { numRuns: 60 },
    );
  });

  it('shows the same, stopped and resumed anywhere, with another catalog in between too', async () => {
    const stops = fc.array(fc.tuple(fc.nat(40), catalogs), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(history('small'), stops, catalogs, async (events, lengths, last) => {
        const file = newFile();
        for (const [length, using] of lengths.toSorted(([one], [other]) => one - other)) {
          await run(file, using, events.slice(0, length));
        }
        await run(file, last, events);
        expect(effectiveRows(file)).toEqual(expectedRows(new Oracle(last, events), last));
      }),
      { numRuns: 20 },
    );
  });

  it('is the same after a rebuild, which finds nothing to differ', async () => {
    await fc.assert(
      fc.asyncProperty(history('small'), async (events) => {
        const file = newFile();
        await run(file, catalog, events);
        const before = effectiveRows(file);
        const readModel = await sqliteReadModel({ file, catalog });
        const report = await rebuildReadModel({ eventStore: new LogStore(events), readModel });
        await readModel.close();
        expect(report).toMatchObject({ events: events.length, differences: [] });
        expect(effectiveRows(file)).toEqual(before);
        expect(rowsIn(file, "SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table'")).toEqual([
          { tables: 5 },
        ]);
      }),
      { numRuns: 10 },
    );
  });
});
