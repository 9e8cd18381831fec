import { describe, it } from 'vitest';
import type { IntegrationDefinition } from '../catalog/definition.ts';
import {
  changeCustomSettings,
  inheritFields,
  overrideFields,
  setInstanceDefault,
  switchToCustom,
} from '../create-settings-commands.ts';
import { mask } from '../secret-ref.ts';
import { secretMarkOf, secretOf } from '../testing/index.ts';
import {
  apollo,
  atInstance,
  below,
  eventsOf,
  given,
  givenOf,
  instance,
  tracker,
  trackerEvents,
} from './settings.fixture.ts';

const { instanceSet, customSet, customChanged, overridden, inherited } = trackerEvents;
const url = 'https://tracker.example';
const other = 'https://elsewhere.example';
const token = secretOf('t', instance);
const above = below(atInstance(instanceSet({ url, username: 'bot', token, title: 'ours' })));

/** The tracker with a token that may be missing. */
const lenient = {
  fields: { ...tracker.fields, token: { type: 'string', secret: true } },
} satisfies IntegrationDefinition;
const givenLenient = givenOf('tracker', lenient);

describe('a change of an endpoint drops the secret that was not entered again', () => {
  const mine = secretOf('m', apollo);

  it('when it becomes another address', () =>
    givenLenient(customSet({ url, token: mine }))
      .when(changeCustomSettings(apollo, 'tracker', { url: other }), above)
      .thenEvents(customChanged({ values: { url: other, token: null } })));

  it('from empty', () =>
    givenLenient(customSet({ url, token: mine }))
      .when(changeCustomSettings(apollo, 'tracker', { api_url: other }), above)
      .thenEvents(customChanged({ values: { api_url: other, token: null } })));

  it('to empty', () =>
    givenLenient(customSet({ url, api_url: other, token: mine }))
      .when(changeCustomSettings(apollo, 'tracker', { api_url: null }), above)
      .thenEvents(customChanged({ values: { api_url: null, token: null } })));

  it.each([
    ['a mask', mask],
    ['its reference', secretMarkOf('m', apollo)],
    ['empty', null],
  ])('also where it is given as %s', (_what, given) =>
    givenLenient(customSet({ url, token: mine }))
      .when(changeCustomSettings(apollo, 'tracker', { url: other, token: given }), above)
      .thenEvents(customChanged({ values: { url: other, token: null } })),
  );

  it('in a first copy of what is inherited', () =>
    givenLenient()
      .when(switchToCustom(apollo, 'tracker', { url: other }), above)
      .thenEvents(customSet({ url: other, username: 'bot', title: 'ours' })));

  it('in an override, which stores the whole connection, its empty fields as null', () =>
    givenLenient()
      .when(overrideFields(apollo, 'tracker', { url: other }), above)
      .thenEvents(overridden({ url: other, api_url: null, username: 'bot', token: null })));

  it('in a default', () =>
    givenLenient(instanceSet({ url, token }))
      .when(setInstanceDefault('tracker', { url: other }))
      .thenEvents(trackerEvents.instanceChanged({ values: { url: other, token: null } })));

  it('and is refused where the secret is required', () =>
    given(customSet({ url, token: mine }))
      .when(changeCustomSettings(apollo, 'tracker', { url: other, token: mask }), above)
      .thenRejected('InvalidValues', ['token']));
});

describe('a secret stays', () => {
  const mine = secretOf('m', apollo);

  it('where it is entered again, also as the same text', () => {
    given(customSet({ url, token: mine }))
      .when(changeCustomSettings(apollo, 'tracker', { url: other, token: 'new' }), above)
      .thenEvents(customChanged({ values: { url: other, token: secretOf('new', apollo) } }));
    given(customSet({ url, token: mine }))
      .when(changeCustomSettings(apollo, 'tracker', { url: other, token: 'm' }), above)
      .thenEvents(customChanged({ values: { url: other } }));
  });

  it('where the endpoints are given as they are', () =>
    given(customSet({ url, token: mine }))
      .when(changeCustomSettings(apollo, 'tracker', { url, api_url: null, title: 'x', token: mask }), above)
      .thenEvents(customChanged({ values: { title: 'x' } })));

  it('where only a marked field changes', () =>
    given(customSet({ url, username: 'bot', token: mine }))
      .when(changeCustomSettings(apollo, 'tracker', { username: 'robot' }), above)
      .thenEvents(customChanged({ values: { username: 'robot' } })));
});

describe('a secret that is an address itself', () => {
  const chat = {
    fields: {
      webhook: { type: 'string', format: 'url', secret: true, endpoint: true, required: true },
      fallback: { type: 'string', format: 'url', secret: true, endpoint: true },
      signature: { type: 'string', secret: true, endpoint: false },
    },
  } satisfies IntegrationDefinition;
  const events = eventsOf('chat');
  const stored = {
    webhook: secretOf('https://a.example', apollo),
    fallback: secretOf('https://b.example', apollo),
    signature: secretOf('s', apollo),
  };

  it('drops every other secret when it changes, but not itself', () =>
    givenOf(
      'chat',
      chat,
    )(events.customSet(stored))
      .when(changeCustomSettings(apollo, 'chat', { webhook: 'https://c.example' }), below(atInstance()))
      .thenEvents(
        events.customChanged({
          values: { webhook: secretOf('https://c.example', apollo), fallback: null, signature: null },
        }),
      ));

  it('is dropped when another address changes', () =>
    givenOf(
      'chat',
      chat,
    )(events.customSet(stored, false))
      .when(changeCustomSettings(apollo, 'chat', { fallback: null }), below(atInstance()))
      .thenEvents(events.customChanged({ values: { webhook: null, fallback: null, signature: null } })));

  it('changes nothing when it is entered as it was', () =>
    givenOf(
      'chat',
      chat,
    )(events.customSet(stored))
      .when(changeCustomSettings(apollo, 'chat', { webhook: 'https://a.example' }), below(atInstance()))
      .thenNothing());
});

describe('a connection is stored and given back as a whole', () => {
  it('in an override: what is given, for the rest a copy of what is effective', () =>
    given()
      .when(overrideFields(apollo, 'tracker', { username: 'me' }), above)
      .thenEvents(overridden({ url, api_url: null, username: 'me', token })));

  it('by an override that gives a secret anew', () =>
    given()
      .when(overrideFields(apollo, 'tracker', { token: 'mine' }), above)
      .thenEvents(overridden({ url, api_url: null, username: 'bot', token: secretOf('mine', apollo) })));

  it('beginning as what the scope has stored of it, also where that is empty', () =>
    givenLenient(overridden({ url: other, api_url: null, username: null, token: null }))
      .when(overrideFields(apollo, 'tracker', { token: 'mine' }), above)
      .thenEvents(overridden({ token: secretOf('mine', apollo) })));

  it('with what the definition added to it since, which is absent until it is given', () =>
    givenLenient(overridden({ url: other, api_url: null }))
      .when(overrideFields(apollo, 'tracker', { username: 'me' }), above)
      .thenEvents(overridden({ username: 'me', token: null })));

  it('with no copy of a locked secret beside an address that was own before the definition grew it', () =>
    givenLenient(overridden({ url: other }))
      .when(
        overrideFields(apollo, 'tracker', { url: other }),
        below(atInstance(instanceSet({ url, token }), trackerEvents.locked(undefined, ['url']))),
      )
      .thenEvents(overridden({ api_url: null, username: null, token: null })));

  it('not by an override beside it', () =>
    given()
      .when(overrideFields(apollo, 'tracker', { title: 'mine' }), above)
      .thenEvents(overridden({ title: 'mine' })));

  it('when one of it is given back', () => {
    given(overridden({ url: other, api_url: null, username: null, token: secretOf('m', apollo), title: 'mine' }))
      .when(inheritFields(apollo, 'tracker', ['api_url']), above)
      .thenEvents(inherited(['url', 'api_url', 'username', 'token']));
    given(customSet({ url: other, token: secretOf('m', apollo) }))
      .when(inheritFields(apollo, 'tracker', ['token']), above)
      .thenEvents(
        inherited(['url', 'api_url', 'username', 'token'], {
          title: null,
          retries: null,
          labels: null,
          priority: null,
        }),
      );
  });

  it('appends nothing for an override that is so already', () =>
    given(overridden({ url, api_url: null, username: 'bot', token }))
      .when(overrideFields(apollo, 'tracker', { url, username: 'bot', token: mask }), above)
      .thenNothing());
});
