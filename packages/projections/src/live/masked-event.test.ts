import { compileDefinition, settingsStreamName } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { catalog } from '../testing/catalogs.fixture.ts';
import { assertHandedOut } from '../testing/handed-out.fixture.ts';
import { Log } from '../testing/log.fixture.ts';
import { does, sealed } from '../testing/view.fixture.ts';
import { maskedEvent } from './masked-event.ts';

const compiled = compileDefinition('tracker', catalog.definitions.tracker);

describe('an event as it is handed out', () => {
  it('masks what its stored form or the definition calls secret, and leaves what is empty', () => {
    const values = {
      token: 'in clear',
      title: sealed('one', 'instance'),
      username: null,
      labels: ['x'],
      url: 'https://one.example',
    };
    const event = new Log().recordOne(does.change('instance', values));
    const shown = maskedEvent(event, compiled);
    expect(shown.data).toEqual({
      integration: 'tracker',
      values: { token: '********', title: '********', username: null, labels: ['x'], url: 'https://one.example' },
    });
    expect({ ...shown, data: event.data }).toEqual(event);
    expect(shown.streamName).toBe(settingsStreamName('integrations', 'instance', 'tracker'));
  });

  it('masks by the stored form alone where the catalog does not have the integration', () => {
    const event = new Log().recordOne(does.set('instance', { token: sealed('one', 'instance') }, true, 'lost'));
    expect(maskedEvent(event, undefined).data).toMatchObject({ values: { token: '********' } });
  });

  it('is frozen at every depth, and leaves the recorded event as it was', () => {
    const [event] = new Log().recordTogether(does.lock('instance', ['title']), does.unlock('instance'));
    assertHandedOut(maskedEvent(event!, compiled));
    expect(Object.isFrozen((event!.data as { fields: unknown }).fields)).toBe(false);
  });
});
