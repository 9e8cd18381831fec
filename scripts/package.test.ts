import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeProgram } from './bootstrap/runtime.mjs';
import { entryPoints, packages } from './packages.ts';
import { capture, createConsumer, type Consumer } from './packaging/consumer.ts';
import { root } from './workspace.ts';

const published = packages().map(({ manifest }) => manifest);
const everyEntryPoint = packages()
  .flatMap(entryPoints)
  .map(({ name }) => name);
const nodes = [26, 24] as const;

let consumer: Consumer;
beforeAll(async () => {
  consumer = await createConsumer();
}, 180_000);
afterAll(() => consumer.remove());

/** The first program of the README: what a stranger copies. */
const firstProgram = (): string => {
  const program = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1];
  if (program === undefined) throw new Error('README.md has no program: a block that begins with ```ts');
  return program;
};

/** Checks a file of the consumer with the types of Node at hand, resolving as Node or as bundlers do. */
const typeCheck = (moduleResolution: 'nodenext' | 'bundler', file: string): ReturnType<typeof capture> => {
  const compilerOptions = {
    module: moduleResolution === 'bundler' ? 'preserve' : 'nodenext',
    moduleResolution,
    target: 'es2024',
    lib: ['esnext'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    strict: true,
    noEmit: true,
  };
  const config = `tsconfig.${moduleResolution}.json`;
  consumer.write(config, JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return capture(nodeProgram(root, 26), [tsc, '--project', config], consumer.folder);
};

describe.each(published)('the tarball of $name', ({ name, version, bin }) => {
  const tarball = (): string => join(consumer.tarballs, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);

  it('holds licence, readme and compiled code, and nothing of the workspace', async () => {
    const { output } = await capture('tar', ['-tzf', tarball()], consumer.folder);
    const files = output.trim().split('\n');
    expect(files).toEqual(expect.arrayContaining(['package/LICENSE', 'package/README.md', 'package/package.json']));
    expect(
      files.filter((file) => !/^package\/(dist\/.*\.(js|d\.ts)|LICENSE|README\.md|package\.json)$/.test(file)),
    ).toEqual([]);
    expect(files.filter((file) => /\.(test|test-d|fixture)\./.test(file))).toEqual([]);
    expect(readFileSync(join(consumer.folder, 'node_modules', name, 'package.json'), 'utf8')).not.toContain(
      'workspace:',
    );
  });

  it('leaves publint nothing to say', async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(readFileSync(tarball())).buffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('has types that arethetypeswrong finds nothing wrong with', async () => {
    const attw = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
    const { code, output } = await capture(
      nodeProgram(root, 26),
      [attw, '--profile', 'esm-only', tarball()],
      consumer.folder,
    );
    expect(code, output).toBe(0);
  });

  it.each(nodes)('lets no file be imported that it does not export, on Node %i', async (node) => {
    consumer.write('deep.js', `await import('${name}/dist/index.js');`);
    const { code, output } = await consumer.run('deep.js', node);
    expect(code).toBe(1);
    expect(output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it.each(Object.keys(bin ?? {}))('installs the command %s, which explains itself', async (command) => {
    const { code, output } = await capture(join('node_modules', '.bin', command), ['--help'], consumer.folder);
    expect(code, output).toBe(0);
    expect(output).toContain(command);
  });
});

describe('a project that installed the packages', () => {
  it.each(['nodenext', 'bundler'] as const)('compiles the first program of the README, by %s', async (resolution) => {
    consumer.write('first-program.ts', firstProgram());
    expect(await typeCheck(resolution, 'first-program.ts')).toEqual({ code: 0, output: '' });
  });

  it.each(nodes)('runs the first program of the README on Node %i', async (node) => {
    consumer.write('first-program.ts', firstProgram());
    const { code, output } = await consumer.run('first-program.ts', node);
    expect(code, output).toBe(0);
  });

  it('finds the types of every entry point', async () => {
    consumer.write('all.ts', everyEntryPoint.map((name, index) => `export * as e${index} from '${name}';`).join('\n'));
    const { output } = await typeCheck('nodenext', 'all.ts');
    expect(output).not.toContain('all.ts');
  });

  it.each(nodes)('imports every entry point on Node %i, or is told which optional driver is missing', async (node) => {
    const peers = published.flatMap(({ peerDependencies }) => Object.keys(peerDependencies ?? {}));
    consumer.write(
      'all.js',
      `for (const name of ${JSON.stringify(everyEntryPoint)}) {
        await import(name).catch((error) => {
          const missing = /^Cannot find package '(.+)' imported/.exec(error.message)?.[1];
          if (!${JSON.stringify(peers)}.includes(missing)) throw error;
        });
      }`,
    );
    expect(await consumer.run('all.js', node)).toEqual({ code: 0, output: '' });
  });

  it.each([
    {
      name: '@integration-settings/adapters/memory',
      needs: ['@integration-settings/adapters', '@integration-settings/domain'],
    },
    {
      name: 'integration-settings',
      needs: [
        'integration-settings',
        '@integration-settings/domain',
        '@integration-settings/projections',
        'immer',
        'rxjs',
        'tslib',
        'uuid',
      ],
    },
  ])('loads for $name no driver and nothing of the command line', async ({ name, needs }) => {
    consumer.write(
      'loads.js',
      `import { registerHooks } from 'node:module';
      const loaded = new Set();
      registerHooks({
        load(url, context, nextLoad) {
          loaded.add(url);
          return nextLoad(url, context);
        },
      });
      await import('${name}');
      console.log([...loaded].join('\\n'));`,
    );
    const { code, output } = await consumer.run('loads.js', 26);
    expect(code, output).toBe(0);
    const urls = output.trim().split('\n');
    const owners = urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? url);
    expect(owners.filter((owner) => !owner.startsWith('node:') && !needs.includes(owner))).toEqual([]);
    expect(owners).not.toContain('node:sqlite');
    expect(urls.filter((url) => /\/(sqlite|eventstoredb|cli)\//.test(url))).toEqual([]);
  });
});
