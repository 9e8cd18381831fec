import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sharedStores } from './key-store-process.fixture.ts';
import { temporaryDirectory } from './temporary-directory.fixture.ts';

const program = fileURLToPath(new URL('create-keys.fixture.ts', import.meta.url));
const root = temporaryDirectory();

interface Answer {
  readonly sign: string;
  readonly number: number;
  readonly id: string;
}

/** Starts the program and collects what it acknowledges; `onAnswer` hears each. */
const start = (
  kind: string,
  path: string,
  count: number,
  onAnswer: (child: ChildProcess, answers: readonly Answer[]) => void,
) => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, kind, path, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answers: Answer[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [sign = '', number, id = ''] = line.split(' ');
    answers.push({ sign, number: Number(number), id });
    onAnswer(child, answers);
  });
  return Promise.all([once(child, 'exit'), once(lines, 'close')]).then(([[code, signal]]) => ({
    answers,
    code,
    signal,
  }));
};

describe.each(['file', 'sqlite'] as const)('processes that share a %s key store', (kind) => {
  it('get one key for each owner when both create it', async () => {
    const path = join(root, `shared-${kind}`);
    await (await sharedStores[kind](path)).close();
    const runs = await Promise.all([1, 2].map(() => start(kind, path, 9, () => {})));
    expect(runs.map((run) => run.code)).toEqual([0, 0]);
    expect(runs[1]!.answers).toEqual(runs[0]!.answers);
    expect(runs[0]!.answers.map((answer) => answer.number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each([1, 13, 40])(
    'lose nothing that was acknowledged, and find nothing torn, when one is killed after %i answers',
    async (last) => {
      const path = join(root, `killed-${kind}-${last}`);
      const { answers, signal } = await start(kind, path, 1_000_000, (child, all) => {
        if (all.length === last) child.kill('SIGKILL');
      });
      expect(signal).toBe('SIGKILL');
      expect(answers.length).toBeGreaterThanOrEqual(last);
      const store = await sharedStores[kind](path);
      const created = answers.filter((answer) => answer.sign === '+');
      const destroyed = answers.filter((answer) => answer.sign === '-').map((answer) => answer.id);
      const perhapsDestroyed = created.at(-2)?.id; // without anybody having been told
      const kept = created.filter(({ id }) => !destroyed.includes(id) && id !== perhapsDestroyed);
      const names = await Promise.all(kept.map(async ({ id }) => (await store.get(id))?.streamName));
      expect(names).toEqual(kept.map(({ number }) => `test.projectSettings-${number}/jira`));
      expect(await Promise.all(destroyed.map((id) => store.get(id)))).toEqual(destroyed.map(() => undefined));
      for await (const keys of store.list()) {
        for (const key of keys) expect(key.nonce).toBe(key.text.slice(-16));
      }
      await store.close();
    },
  );
});

describe('importing the keyring', () => {
  it('does not load node:sqlite until an SQLite key store is opened', async () => {
    const path = join(root, 'lazy.sqlite');
    const script = `
      const { ephemeralKeyring, openSqliteKeyStore } = await import(${JSON.stringify(new URL('index.ts', import.meta.url))});
      const isLoaded = () => process.moduleLoadList.some((name) => /sqlite/i.test(name));
      const keys = ephemeralKeyring();
      await keys.mac({ streamName: 'test', streamEra: 0, origin: 'instance', era: 0 }, '{}');
      const before = isLoaded();
      await openSqliteKeyStore({ file: ${JSON.stringify(path)} });
      console.log(JSON.stringify([before, isLoaded()]));
      process.exit();
    `;
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await once(child, 'close');
    expect(output).toBe('[false,true]\n');
  });
});
