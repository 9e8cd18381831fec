import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  type EventStoreDbServer,
  startEventStoreDbServer,
} from '@integration-settings/adapters/testing/eventstoredb-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPackages } from '../../../../scripts/build.ts';
import { runHere, workplace } from './run.fixture.ts';

const { path } = workplace();
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let server: EventStoreDbServer;
beforeAll(async () => {
  server = await startEventStoreDbServer();
});
afterAll(() => server.close());

it('keeps settings in EventStoreDB as in a file', async () => {
  const store = ['--store', server.connectionString, '--key-file', path('settings.key')];
  const ok = async (words: string, input = ''): Promise<string> => {
    const { code, out, err } = await runHere([...words.split(' '), ...store], input);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out;
  };
  expect(await ok('init')).toContain('EventStoreDB');
  await ok('import -', 'backend/api\n');
  await ok('set-default instance jira url=https://jira.example.com password@-', 'hunter2');
  const found = JSON.parse(await ok('effective project/backend/api jira --json')) as unknown;
  expect(found).toMatchObject({ mode: 'inherited', values: { password: '********' } });
});

it('says what to install where the driver is missing', async () => {
  expect(await buildPackages()).toBe(0);
  const withoutDriver = `data:text/javascript,
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (!name.startsWith('@eventstore/')) return next(name, context);
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    } });`;
  const words = ['scopes', '--store', 'esdb://admin:hunter2@127.0.0.1:1?tls=false'];
  const { status, stderr } = spawnSync(process.execPath, ['--import', withoutDriver, main, ...words], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(stderr).toBe(
    'Error: Stores at esdb:// need their driver. Install it: npm install @eventstore/db-client @grpc/grpc-js\n',
  );
  expect(status).toBe(1);
}, 180_000);
