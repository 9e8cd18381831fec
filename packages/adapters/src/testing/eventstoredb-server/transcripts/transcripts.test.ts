import { afterAll, beforeAll, describe, it } from 'vitest';
import { testServer } from '../../../eventstoredb/test-server.fixture.ts';
import { appendPlays } from './appends.fixture.ts';
import { Stage, transcripts } from './stage.fixture.ts';

const server = testServer();

describe('what a real node answered', () => {
  let stage: Stage;
  beforeAll(() => {
    stage = new Stage(server());
  });
  afterAll(() => stage.dispose());

  for (const recorded of transcripts) {
    const play = appendPlays(recorded.id);
    if (play !== undefined)
      it(`is answered again in case ${recorded.id}: ${recorded.what} (${recorded.path})`, () => play(recorded, stage));
  }
});
