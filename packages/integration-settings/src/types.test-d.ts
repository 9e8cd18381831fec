import type * as domain from '@integration-settings/domain';
import { setInstanceDefault, switchToCustom, switchToInherited } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import type * as built from 'integration-settings';
import { openIntegrationSettings } from 'integration-settings';
import { expectTypeOf } from 'vitest';
import type * as surface from './surface.fixture.ts';

/** True where each can stand for the other. */
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : 'gives less') : 'gives something else';
type Yes = true;
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it is there to be named in a call
const agree = <Answer extends Yes>(): Answer | undefined => undefined;

// Commands, and what is given with them.
agree<Same<domain.Command, surface.Command>>();
agree<Same<keyof domain.Commands, keyof surface.Commands>>();
agree<Same<built.CommandOptions, surface.CommandOptions>>();
agree<Same<domain.GivenValues, surface.GivenValues>>();
agree<Same<built.TreeEntry, surface.TreeEntry>>();
agree<Same<built.Actor, surface.Actor>>();
agree<Same<built.AuthorizationRequest, surface.AuthorizationRequest>>();
agree<Same<built.Authorize, surface.Authorize>>();
agree<Same<typeof built.standardAuthorization, typeof surface.standardAuthorization>>();
agree<Same<typeof built.allowAll, typeof surface.allowAll>>();
agree<Same<typeof built.deliveryActor, typeof surface.deliveryActor>>();

// What is stored.
agree<Same<domain.Events, surface.Events>>();
agree<Same<domain.StoredValue, surface.StoredValue>>();
agree<Same<domain.EventMetadata, surface.EventMetadata>>();
agree<Same<domain.SettingsEvent, surface.SettingsEvent>>();

// Ports: a store that was written against the surface is one, and the other way round.
agree<Same<domain.EventStore, surface.EventStore>>();
agree<Same<domain.KeyStore, surface.KeyStore>>();
agree<Same<domain.SubscriptionMessage, surface.SubscriptionMessage>>();

// Results.
agree<Same<domain.CommandReceipt, surface.CommandReceipt>>();
agree<Same<domain.RejectionReason, surface.RejectionReason>>();
agree<Same<built.EffectiveSettings, surface.EffectiveSettings>>();
agree<Same<built.OwnSettings, surface.OwnSettings>>();
agree<Same<built.Mode, surface.Mode>>();
agree<Same<built.Cause, surface.Cause>>();
agree<Same<built.SecretKeyring['close'], surface.SecretKeyring['close']>>();
agree<Same<built.OverrideRow, surface.OverrideRow>>();
agree<Same<built.Page<string>, surface.Page<string>>>();
agree<Same<built.Explanation, surface.Explanation>>();
agree<Same<built.SettingsChange, surface.SettingsChange>>();
agree<Same<built.Status, surface.Status>>();
agree<Same<built.Moment, surface.Moment>>();
agree<Same<built.TimelineEntry, surface.TimelineEntry>>();
agree<Same<built.AuditEntry, surface.AuditEntry>>();
agree<Same<built.VerifyReport, surface.VerifyReport>>();
agree<Same<built.RebuildReport, surface.RebuildReport>>();
agree<Same<built.Progress, surface.Progress>>();
agree<Same<built.CatalogProblem, surface.CatalogProblem>>();
agree<Same<built.Impact, surface.Impact>>();
expectTypeOf<domain.CommandRejected>().toExtend<surface.CommandRejected>();
expectTypeOf<domain.Superseded>().toExtend<surface.Superseded>();
expectTypeOf<built.ReconcileReport>().toExtend<surface.ReconcileReport>();
expectTypeOf<built.Outcome>().toExtend<surface.Outcome>();
expectTypeOf<domain.Catalog>().toExtend<surface.Catalog>();
expectTypeOf<domain.SecretKeyring>().toExtend<surface.SecretKeyring>();
expectTypeOf<built.OpenOptions<domain.Catalog>['snapshots']>().toEqualTypeOf<domain.SnapshotStore | undefined>();

// The settings themselves, with all the calls that there are; and none of the surface is missing.
expectTypeOf<Exclude<keyof surface.IntegrationSettings, keyof built.IntegrationSettings>>().toEqualTypeOf<never>();
expectTypeOf<built.IntegrationSettings>().toExtend<surface.IntegrationSettings>();
expectTypeOf<built.SettingsView>().toExtend<surface.SettingsView>();
type TypedMoreClosely = 'keyring' | 'snapshots' | 'telemetry';
expectTypeOf<Omit<surface.OpenOptions<domain.Catalog>, TypedMoreClosely>>().toExtend<
  Omit<built.OpenOptions<domain.Catalog>, TypedMoreClosely>
>();

// With a catalog, slugs, fields and values are inferred; at run time only, they are any.
type Gitlab = typeof gitlabCatalog;
declare const eventStore: domain.EventStore;
declare const actor: built.Actor;
const settings = await openIntegrationSettings({ eventStore, catalog: gitlabCatalog });
expectTypeOf(settings).toEqualTypeOf<built.IntegrationSettings<Gitlab>>();
expectTypeOf<built.IntegrationSettings<Gitlab>>().toExtend<built.IntegrationSettings>();
expectTypeOf<built.IntegrationSettings<Gitlab>>().toExtend<surface.IntegrationSettings>();

const jira = settings.effective({ project: '42' }, 'jira');
expectTypeOf(jira.integration).toEqualTypeOf<'jira'>();
expectTypeOf(jira.values.url).toEqualTypeOf<string | undefined>();
expectTypeOf(jira.values.password).toEqualTypeOf<domain.SecretRef | undefined>();
expectTypeOf(settings.own('instance', 'jira').values.url).toEqualTypeOf<string | null | undefined>();
for (const each of settings.effectiveAll('instance')) {
  if (each.integration === 'slack') expectTypeOf(each.values.webhook).toEqualTypeOf<domain.SecretRef | undefined>();
}
settings.watch('instance', 'slack').subscribe(({ values }) => values.webhook);
const { settings: revealed } = await settings.reveal('instance', 'jira', { actor, purpose: 'delivery' });
expectTypeOf(revealed).toEqualTypeOf<typeof jira>();

await settings.execute(setInstanceDefault('jira', { url: 'https://jira.example' }), { actor });
await settings.execute(switchToInherited({ project: '42' }, 'slack'), { actor });
await settings.preview({ type: 'ResetInstanceDefault', data: { integration: 'jira' } }, { actor });
settings.executeMany([switchToCustom({ group: '7' }, 'slack')], { actor, batchId: 'batch' });
// @ts-expect-error -- no integration of the catalog
settings.effective('instance', 'jria');
// @ts-expect-error -- no field of Jira
void jira.values.ulr;
// @ts-expect-error -- a text, not a number
await settings.execute(setInstanceDefault('jira', { url: 7 }), { actor });
// @ts-expect-error -- nobody says who commands
await settings.execute(setInstanceDefault('jira', { url: 'https://jira.example' }), {});
// @ts-expect-error -- read-only
jira.active = true;

const anySettings: built.IntegrationSettings = settings;
declare const slug: string;
expectTypeOf(anySettings.effective('instance', slug).values[slug]).toEqualTypeOf<domain.FieldValue | undefined>();
await anySettings.execute(setInstanceDefault(slug, { anything: 'x' }), { actor });
