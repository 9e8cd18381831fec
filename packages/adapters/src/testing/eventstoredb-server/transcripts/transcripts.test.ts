import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realServer, testServer } from '../../../eventstoredb/test-server.fixture.ts';
import { startEventStoreDbServer } from '../index.ts';
import { appendPlays } from './appends.fixture.ts';
import { isListed } from './not-played.fixture.ts';
import { orderPlays } from './order.fixture.ts';
import { rawPlays } from './raw.fixture.ts';
import { readPlays } from './reads.fixture.ts';
import { isRestartCase, playRestart } from './restart.fixture.ts';
import { Stage, transcripts } from './stage.fixture.ts';

const server = testServer();

describe('what a real node answered', () => {
  let stage: Stage;
  beforeAll(() => {
    stage = new Stage(server());
  });
  afterAll(() => stage.dispose());

  for (const recorded of transcripts) {
    const { id, what, path } = recorded;
    const name = `is answered again in case ${id}: ${what} (${path})`;
    const play = appendPlays(id) ?? readPlays(id) ?? orderPlays(id);
    if (play !== undefined) it(name, () => play(recorded, stage));
    const raw = rawPlays(id);
    if (raw !== undefined) it.skipIf(realServer !== undefined).concurrent(name, () => raw(recorded, stage)); // without TLS only
  }

  it.skipIf(realServer !== undefined)('is answered again in cases 3-idempotency-after-restart.1 to 10', async () => {
    await using restarted = await startEventStoreDbServer();
    await playRestart(restarted);
  });

  it('is played again in every case but those that are listed with their reasons', () => {
    const played = (id: string): boolean =>
      [appendPlays, readPlays, orderPlays, rawPlays].some((plays) => plays(id) !== undefined) || isRestartCase(id);
    expect(transcripts.filter(({ id }) => played(id) === isListed(id)).map(({ id }) => id)).toEqual([]);
  });
});
