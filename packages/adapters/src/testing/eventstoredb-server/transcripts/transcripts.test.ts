import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realServer, testServer } from '../../../eventstoredb/test-server.fixture.ts';
import { startEventStoreDbServer } from '../index.ts';
import { appendPlays } from './appends.fixture.ts';
import { isListed } from './not-played.fixture.ts';
import { orderPlays } from './order.fixture.ts';
import { rawPlays } from './raw.fixture.ts';
import { readPlays } from './reads.fixture.ts';
import { isRestartCase, playRestart } from './restart.fixture.ts';
import { type Play, Stage, transcripts } from './stage.fixture.ts';
import { isTerminateCase, playTerminate } from './terminate.fixture.ts';

const server = testServer();

const casesOf = (playOf: (id: string) => Play | undefined) =>
  transcripts.flatMap((recorded) => {
    const play = playOf(recorded.id);
    return play === undefined ? [] : [{ recorded, play }];
  });

describe('what a real node answered', () => {
  let stage: Stage;
  beforeAll(() => {
    stage = new Stage(server());
  });
  afterAll(() => stage.dispose());

  const played = casesOf((id) => appendPlays(id) ?? readPlays(id) ?? orderPlays(id));
  it.each(played)('is answered again in case $recorded.id: $recorded.what ($recorded.path)', ({ recorded, play }) =>
    play(recorded, stage),
  );

  // They speak the protocol themselves, without TLS, and mostly wait.
  it.skipIf(realServer !== undefined).concurrent.each(casesOf(rawPlays))(
    'is answered again in case $recorded.id: $recorded.what ($recorded.path)',
    ({ recorded, play }) => play(recorded, stage),
  );

  it.skipIf(realServer !== undefined)('is answered again in cases 3-idempotency-after-restart.1 to 10', async () => {
    await using restarted = await startEventStoreDbServer();
    await playRestart(restarted);
  });

  it.skipIf(realServer !== undefined)('is answered again in case 7-signals.2: SIGTERM', async () => {
    await using stopping = await startEventStoreDbServer();
    await playTerminate(stopping);
  });

  it('is played again in every case but those that are listed with their reasons', () => {
    const isPlayed = (id: string): boolean =>
      [appendPlays, readPlays, orderPlays, rawPlays].some((plays) => plays(id) !== undefined) ||
      isRestartCase(id) ||
      isTerminateCase(id);
    expect(transcripts.filter(({ id }) => isPlayed(id) === isListed(id)).map(({ id }) => id)).toEqual([]);
  });
});
