import { expectTypeOf } from 'vitest';
import { defineCatalog } from './catalog/define-catalog.ts';
import type { Catalog, FieldValue, GivenValues, SecretRef } from './catalog/definition.ts';
import type { gitlabCatalog } from './catalog/gitlab-catalog.ts';
import type { CatalogOf, FieldOf, GivenValuesOf, OwnValuesOf, ReadOf, SlugOf, ValuesOf } from './catalog/values-of.ts';
import type { CommandOf } from './commands-of.ts';
import type { Command, Commands } from './commands.ts';
import * as create from './create-settings-commands.ts';
import { registerProject } from './create-structure-commands.ts';

type Gitlab = typeof gitlabCatalog;
type Own = typeof own;
const own = defineCatalog({
  pager: {
    fields: {
      url: { type: 'string', format: 'url', endpoint: true },
      token: { type: 'string', secret: true },
      level: { type: 'integer', allowedValues: [1, 2] },
      modes: { type: 'string[]', allowedValues: ['loud', 'silent'] },
      people: { type: 'string[]' },
      count: { type: 'integer' },
      silent: { type: 'boolean', required: true },
    },
  },
  wiki: { title: 'Wiki', fields: {} },
});

declare const gitlab: { execute(command: CommandOf<Gitlab>): void };
declare const host: { execute(command: CommandOf<Own>): void };
declare const anyCatalog: { execute(command: Command): void };
declare const slug: string;
declare const values: GivenValues;
declare const secret: SecretRef;

// A catalog keeps its definitions literally.
expectTypeOf<Gitlab['definitions']['jira']['fields']['url']['type']>().toEqualTypeOf<'string'>();
expectTypeOf(own.definitions.pager.fields.level.allowedValues).toEqualTypeOf<readonly [1, 2]>();
expectTypeOf<SlugOf<Own>>().toEqualTypeOf<'pager' | 'wiki'>();
expectTypeOf<FieldOf<Own, 'pager'>>().toEqualTypeOf<
  'url' | 'token' | 'level' | 'modes' | 'people' | 'count' | 'silent'
>();

// Values are typed by field.
expectTypeOf<ValuesOf<Own, 'pager'>>().toEqualTypeOf<{
  readonly url?: string;
  readonly token?: SecretRef;
  readonly level?: 1 | 2;
  readonly modes?: readonly ('loud' | 'silent')[];
  readonly people?: readonly string[];
  readonly count?: number;
  readonly silent?: boolean;
}>();
expectTypeOf<GivenValuesOf<Own, 'pager'>>().toEqualTypeOf<{
  readonly url?: string | null;
  readonly token?: string | SecretRef | null;
  readonly level?: 1 | 2 | null;
  readonly modes?: readonly ('loud' | 'silent')[] | null;
  readonly people?: readonly string[] | null;
  readonly count?: number | null;
  readonly silent?: boolean | null;
}>();
expectTypeOf<OwnValuesOf<Own, 'pager'>['token']>().toEqualTypeOf<SecretRef | null | undefined>();

// Over all 55: what is given, what is read and every command are those of a catalog known at run time only.
type Slugs = SlugOf<Gitlab>;
type Every<Test extends Record<Slugs, boolean>> = { readonly [I in Slugs]: true } extends Test ? true : false;
expectTypeOf<
  Every<{ readonly [I in Slugs]: GivenValuesOf<Gitlab, I> extends GivenValues ? true : false }>
>().toEqualTypeOf<true>();
expectTypeOf<
  Every<{ readonly [I in Slugs]: ValuesOf<Gitlab, I> extends Readonly<Record<string, FieldValue>> ? true : false }>
>().toEqualTypeOf<true>();
expectTypeOf<
  Every<{ readonly [I in Slugs]: ValuesOf<Gitlab, I> extends OwnValuesOf<Gitlab, I> ? true : false }>
>().toEqualTypeOf<true>();
expectTypeOf<CommandOf<Gitlab>>().toExtend<Command>();
expectTypeOf<CommandOf<Gitlab>['type']>().toEqualTypeOf<keyof Commands>();
expectTypeOf<Extract<CommandOf<Gitlab>['data'], { integration: string }>['integration']>().toEqualTypeOf<Slugs>();

// Each secret of the 55 is read as one, and nothing else is.
type SecretFields<I extends Slugs> = {
  [F in FieldOf<Gitlab, I>]: Gitlab['definitions'][I]['fields'][F] extends { readonly secret: true } ? F : never;
}[FieldOf<Gitlab, I>];
type FieldsReadAsSecrets<I extends Slugs> = {
  [F in keyof ValuesOf<Gitlab, I>]-?: SecretRef extends ValuesOf<Gitlab, I>[F] ? F : never;
}[keyof ValuesOf<Gitlab, I>];
expectTypeOf<{ [I in Slugs]: FieldsReadAsSecrets<I> }>().toEqualTypeOf<{ [I in Slugs]: SecretFields<I> }>();
expectTypeOf<SecretFields<'bamboo'>>().toEqualTypeOf<'build_key' | 'password'>();

// A catalog known at run time only has the loose shapes.
expectTypeOf<SlugOf<Catalog>>().toEqualTypeOf<string>();
expectTypeOf<GivenValuesOf<Catalog, string>>().toEqualTypeOf<GivenValues>();
expectTypeOf<ValuesOf<Catalog, string>>().toEqualTypeOf<Readonly<Record<string, FieldValue>>>();
expectTypeOf<Command>().toExtend<CommandOf<Catalog>>();
expectTypeOf<CommandOf<Catalog>>().toExtend<Command>();
expectTypeOf<Gitlab>().toExtend<Catalog>();

// A creator's call infers, in place and before.
gitlab.execute(create.setInstanceDefault('jira'));
gitlab.execute(create.setInstanceDefault('jira', { url: 'https://jira.example', jira_auth_type: 1, username: null }));
gitlab.execute(create.setGroupDefault('7', 'jira', { project_keys: ['A', 'B'] }, { active: false }));
gitlab.execute(create.switchToCustom({ project: '42' }, 'slack', { branches_to_be_notified: 'all', webhook: secret }));
gitlab.execute(create.changeCustomSettings({ group: '7' }, 'slack', { push_events: null }));
gitlab.execute(create.switchToInherited({ project: '42' }, 'slack', { active: true }));
gitlab.execute(create.overrideFields({ project: '42' }, 'slack', undefined, { active: true }));
gitlab.execute(create.inheritFields({ project: '42' }, 'slack', ['webhook', 'active']));
gitlab.execute(create.lockDefault('instance', 'slack'));
gitlab.execute(create.lockDefault({ group: '7' }, 'slack', ['webhook'], { only: true }));
gitlab.execute(create.unlockDefault({ group: '7' }, 'slack', ['webhook']));
gitlab.execute(create.eraseSecrets('instance', 'slack'));
gitlab.execute(create.revertSettings({ project: '42' }, 'slack', '7'));
gitlab.execute(registerProject('42', { group: null }));
host.execute(create.setInstanceDefault('pager', { modes: ['loud'], level: 2, token: 'a-token' }));
const made = create.setInstanceDefault('jira', { url: 'https://jira.example' });
gitlab.execute(made);
anyCatalog.execute(made);
const typed: GivenValuesOf<Gitlab, 'jira'> = { url: 'https://jira.example' };
gitlab.execute(create.setInstanceDefault('jira', typed));

// So does a plain object.
gitlab.execute({ type: 'SetInstanceDefault', data: { integration: 'jira', values: { jira_auth_type: 0 } } });
gitlab.execute({ type: 'InheritFields', data: { group: '7', integration: 'jira', fields: ['active', 'url'] } });
// @ts-expect-error -- no field of Jira
gitlab.execute({ type: 'SetInstanceDefault', data: { integration: 'jira', values: { url: 'x', ulr: 'x' } } });
// @ts-expect-error -- no integration of the catalog
gitlab.execute({ type: 'SetInstanceDefault', data: { integration: 'jria' } });
// @ts-expect-error -- the place is missing
gitlab.execute({ type: 'MoveGroup', data: { group: '7' } });

// What the catalog does not have is refused.
// @ts-expect-error -- no integration of the catalog
gitlab.execute(create.setInstanceDefault('jria', { url: 'x' }));
// @ts-expect-error -- no field of Jira
gitlab.execute(create.setInstanceDefault('jira', { ulr: 'x' }));
// @ts-expect-error -- one field is, the other is not
gitlab.execute(create.setInstanceDefault('jira', { url: 'x', ulr: 'x' }));
// @ts-expect-error -- a field of another integration
gitlab.execute(create.setInstanceDefault('jira', { url: 'x', webhook: 'x' }));
// @ts-expect-error -- a text, not a number
gitlab.execute(create.setInstanceDefault('jira', { url: 1 }));
// @ts-expect-error -- not allowed
gitlab.execute(create.setInstanceDefault('jira', { jira_auth_type: 2 }));
// @ts-expect-error -- the address is no secret
gitlab.execute(create.setInstanceDefault('jira', { url: secret }));
// @ts-expect-error -- no field of Jira
gitlab.execute(create.inheritFields({ project: '42' }, 'jira', ['ulr']));
// @ts-expect-error -- no field of Jira
gitlab.execute(create.lockDefault('instance', 'jira', ['ulr']));
// @ts-expect-error -- any values there might be
gitlab.execute(create.setInstanceDefault('jira', values));
// @ts-expect-error -- any slug there might be
gitlab.execute(create.resetInstanceDefault(slug));
// @ts-expect-error -- another catalog's
host.execute(create.setInstanceDefault('jira', { url: 'x' }));
// @ts-expect-error -- the instance inherits from nobody
create.switchToInherited('instance', 'jira');

// Without a catalog every slug and field is a text.
anyCatalog.execute(create.setInstanceDefault(slug, values));
anyCatalog.execute(create.switchToCustom({ group: '7' }, slug, { anything: 'x' }));
anyCatalog.execute(create.lockDefault('instance', slug, [slug], { only: true }));
// @ts-expect-error -- no value of any field
anyCatalog.execute(create.setInstanceDefault(slug, { anything: { nested: 'x' } }));

// Reads are told apart by their integration.
interface Read {
  readonly integration: string;
  readonly active: boolean;
  readonly values: Readonly<Record<string, FieldValue>>;
  readonly missing: readonly string[];
}
interface OwnRead {
  readonly values: Readonly<Record<string, FieldValue | null>>;
  readonly hidden: boolean;
}
declare const read: ReadOf<Own, 'pager' | 'wiki', Read>;
if (read.integration === 'pager') {
  expectTypeOf(read.values).toEqualTypeOf<ValuesOf<Own, 'pager'>>();
  expectTypeOf(read.missing).toEqualTypeOf<readonly FieldOf<Own, 'pager'>[]>();
  expectTypeOf(read.active).toEqualTypeOf<boolean>();
}
expectTypeOf<ReadOf<Own, 'pager', OwnRead>['values']>().toEqualTypeOf<OwnValuesOf<Own, 'pager'>>();
expectTypeOf<ReadOf<Catalog, string, Read>>().toEqualTypeOf<Read>();

// What is typed by a catalog can be used where none is known.
interface Host<C extends Catalog = Catalog> {
  readonly catalog: CatalogOf<C>;
  execute(command: CommandOf<C>): void;
  effective<I extends SlugOf<C>>(integration: I): ReadOf<C, I, Read>;
  effectiveAll(): readonly ReadOf<C, SlugOf<C>, Read>[];
  own<I extends SlugOf<C>>(integration: I): ReadOf<C, I, OwnRead>;
}
declare const typedHost: Host<Gitlab>;
export const anyHost: Host = typedHost;
