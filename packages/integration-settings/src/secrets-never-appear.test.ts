import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { keyringFromFile } from '@integration-settings/adapters/keyring';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { type Command, jsonReplacer } from '@integration-settings/domain';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { IntegrationSettings } from './integration-settings.ts';
import { randomCommand, smallTree, smallTreeIntegrations, smallTreeScopes } from './random-commands.fixture.ts';
import { admin, as, given, logOf, open } from './settings.fixture.ts';
import { PinoRecords } from './telemetry/pino.fixture.ts';
import { RecordingMeter, RecordingTracer } from './telemetry/recorders.fixture.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const folder = temporaryFolder();

/** What the process prints and warns while a test runs. */
let printed: string;
beforeEach(() => {
  printed = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** All that somebody could make of a result or an error. */
const written = (value: unknown): string => {
  const texts = [inspect(value, { depth: 20, showHidden: true, getters: true }), JSON.stringify(value, jsonReplacer)];
  if (value instanceof Error) texts.push(String(value), value.stack ?? '', inspect(value.cause, { depth: 20 }));
  return texts.join('\n');
};

/** Whatever reads say of every scope. */
const readAll = async (settings: IntegrationSettings): Promise<string> => {
  const reads: unknown[] = [settings, settings.catalog, [...settings.catalogReport()]];
  for (const scope of smallTreeScopes) {
    if (!settings.scopes.exists(scope)) continue;
    reads.push(settings.effectiveAll(scope));
    for (const integration of smallTreeIntegrations) {
      reads.push(settings.own(scope, integration), await settings.explain(scope, integration));
      reads.push(settings.overrides(integration, { within: scope }));
    }
  }
  return reads.map((read) => written(read)).join('\n');
};

it('shows no secret that was ever entered, in any output, error, file or memory of a store', async () => {
  const place = join(folder(), 'everything');
  const keyring = await keyringFromFile(join(folder(), 'master.key'), { create: true });
  const eventStore = await openSqliteEventStore({ file: `${place}.db` });
  const [told, meter, tracer] = [new PinoRecords(), new RecordingMeter(), new RecordingTracer()];
  const settings = await open({ eventStore, keyring, telemetry: { logger: told.logger, meter, tracer } });
  const said: string[] = [];
  const note = (value: unknown): void => void said.push(written(value));
  settings.changes$.subscribe(note);
  settings.status$.subscribe(note);

  const secret = fc.uuid().map((id) => `hush-${id}`);
  const random = fc.sample(randomCommand(secret), { numRuns: 250, seed: 20_26 });
  const isRemoval = ({ type }: Command): boolean => type === 'RemoveGroup' || type === 'RemoveProject';
  const commands = [...random.filter((command) => !isRemoval(command)), ...random.filter(isRemoval).slice(0, 3)];
  const hooked: Command = {
    type: 'SetInstanceDefault',
    data: { integration: 'hook', values: { address: 'https://hush-hook-never.example/x' } },
  };
  const wrong: readonly unknown[] = [
    { type: 'SetInstanceDefault', data: { integration: 'tracker', values: { token: ['hush-list-never'] } } },
    { type: 'SetInstanceDefault', data: { integration: 'tracker', values: { token: { a: 'hush-nested-never' } } } },
    { type: 'SetInstanceDefault', data: { integration: 'hook', values: { address: 'hush-address-never' } } },
    { type: 'SetInstanceDefault', data: { integration: 'tracker', values: { token: 'hush-lone-never\ud800' } } },
    {
      type: 'SetInstanceDefault',
      data: { integration: 'tracker', values: { token: `hush-never${'x'.repeat(70_000)}` } },
    },
    { type: 'SetGroupDefault', data: { integration: 'tracker', values: { token: 'hush-formless-never' } } },
    {
      type: 'SwitchToCustom',
      data: { project: 'nowhere', integration: 'tracker', values: { token: 'hush-nowhere-never' } },
    },
  ];
  await given(settings, ...smallTree, hooked);
  for (const scope of ['instance', { project: 'p' }, { group: 'b' }] as const)
    settings.watch(scope, 'tracker').subscribe(note);
  for (const command of [...commands, ...(wrong as readonly Command[])]) {
    for (const call of [
      () =>
        settings
          .preview(command, { actor: admin })
          .then((impact) => [impact, impact.sample(3), [...impact.projects()]]),
      () => settings.execute(command, { actor: as('nobody') }),
      () => settings.execute(command, { actor: admin }),
      () => settings.execute(command, { actor: admin, expectedRevision: 99n }),
    ]) {
      note(await call().catch((error: unknown) => error));
    }
  }
  const values = { url: 'https://last.example', token: 'hush-last-never' };
  await given(settings, { type: 'SetInstanceDefault', data: { integration: 'tracker', values } });
  let revealed = 0;
  for (const scope of smallTreeScopes) {
    const { secrets } = await settings
      .reveal(scope, 'tracker', { actor: admin, purpose: 'test' })
      .catch(() => ({ secrets: {} }));
    if (Object.values(secrets).some((text) => text.startsWith('hush-'))) revealed += 1;
    note(await settings.reveal(scope, 'tracker', { actor: as('x'), purpose: 'test' }).catch((error: unknown) => error));
  }
  const telemetry = written([told.records, meter, tracer.spans]);
  said.push(await readAll(settings), written(await logOf(eventStore)), printed, telemetry);
  const beforeClosing = await bytesOf(folder());
  await settings.close();

  const entered = new Set(JSON.stringify(commands).match(/hush-[\w-]+/g));
  expect(entered.size).toBeGreaterThan(20);
  expect(revealed).toBeGreaterThan(0); // so there were some to be found
  expect(tracer.spans.length).toBeGreaterThan(500);
  expect(told.records.length).toBeGreaterThan(500);
  expect(telemetry).not.toContain('https://'); // nor any other value of a setting
  for (const text of [...said, beforeClosing, await bytesOf(folder())]) {
    const at = text.indexOf('hush');
    expect(at === -1 ? undefined : text.slice(Math.max(0, at - 200), at + 50)).toBeUndefined();
  }
});

/** All files of a folder, the journal of the database and the keys among them, as one text. */
const bytesOf = async (path: string): Promise<string> => {
  const files = await readdir(path, { recursive: true, withFileTypes: true });
  const contents = files
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
  const texts = await Promise.all(contents);
  expect(texts.join('')).toContain('InstanceDefaultSet'); // the log is among them
  return texts.join('\n');
};
