import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gitlabDefinitionsSource } from '../../scripts/gitlab-definitions.ts';
import { compileDefinition } from './compile.ts';
import type { FieldDefinition, IntegrationDefinition } from './definition.ts';
import { gitlabCatalog } from './gitlab-catalog.ts';

interface Facts {
  readonly integrations: readonly {
    readonly slug: string;
    readonly title: string;
    readonly levels: Readonly<Record<string, boolean>>;
    readonly fields: readonly (Pick<FieldDefinition, 'type' | 'required' | 'secret' | 'description'> & {
      readonly name: string;
      readonly allowedValues?: readonly (string | number)[];
      readonly default?: string | number | boolean;
    })[];
  }[];
}
interface ConnectionFacts {
  readonly endpoints: readonly string[];
  readonly secrets: readonly string[];
  readonly marked: readonly string[];
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const facts = JSON.parse(read('../../data/gitlab-integrations.json')) as Facts;
const connections = JSON.parse(read('../../data/gitlab-connections.json')) as Readonly<Record<string, ConnectionFacts>>;
const definitions: Readonly<Record<string, IntegrationDefinition>> = gitlabCatalog.definitions;

const fieldsWhere = (test: (field: FieldDefinition) => boolean): readonly string[] =>
  Object.entries(definitions).flatMap(([slug, { fields }]) =>
    Object.entries(fields).flatMap(([name, field]) => (test(field) ? [`${slug}.${name}`] : [])),
  );

describe('gitlabCatalog', () => {
  it('is what the generator makes of the facts', () => {
    expect(read('./gitlab-definitions.ts')).toBe(gitlabDefinitionsSource());
  });

  it('has every integration, level, field and fact', () => {
    const restored = Object.entries(definitions).map(([slug, { title, levels, fields }]) => ({
      slug,
      title,
      levels: Object.fromEntries(
        (['instance', 'group', 'project'] as const).map((level) => [level, levels?.includes(level) ?? true]),
      ),
      fields: Object.entries(fields).map(([name, field]) => ({
        name,
        type: field.type,
        required: field.required ?? false,
        secret: field.secret ?? false,
        description: field.description,
        default: field.default,
        allowedValues: field.allowedValues,
      })),
    }));
    const expected = facts.integrations.map(({ slug, title, levels, fields }) => ({
      slug,
      title,
      levels,
      fields: fields.map(({ name, type, required, secret, description, default: value, allowedValues }) => ({
        name,
        type,
        required,
        secret,
        description,
        default: value,
        allowedValues,
      })),
    }));
    expect(restored).toEqual(expected);
    expect(restored).toHaveLength(55);
    expect(restored.flatMap(({ fields }) => fields)).toHaveLength(374);
  });

  it('has the connections that the facts name, and no other', () => {
    const found = Object.entries(definitions).flatMap(([slug, definition]) => {
      const { connection } = compileDefinition(slug, definition);
      if (connection === undefined) return [];
      const { endpoints, secrets, bound } = connection;
      return [[slug, { endpoints, secrets, marked: bound.filter((name) => !secrets.includes(name)) }] as const];
    });
    const expected = Object.entries(connections).map(([slug, { endpoints, secrets, marked }]) => [
      slug,
      { endpoints: inOrder(slug, endpoints), secrets: inOrder(slug, secrets), marked: inOrder(slug, marked) },
    ]);
    expect(found).toEqual(expected);
  });

  it('says of every other secret address that no secret is sent there', () => {
    expect(fieldsWhere((field) => field.endpoint === false)).toEqual(
      fieldsWhere((field) => field.secret === true && field.format === 'url'),
    );
  });

  it('has no field that is exactly one e-mail address', () => {
    expect(fieldsWhere((field) => field.format === 'email')).toEqual([]);
  });

  it('takes these fields, and no other, for web addresses', () => {
    expect(fieldsWhere((field) => field.format === 'url')).toEqual([
      'bamboo.bamboo_url',
      'bugzilla.new_issue_url',
      'bugzilla.issues_url',
      'bugzilla.project_url',
      'buildkite.project_url',
      'clickup.issues_url',
      'clickup.project_url',
      'confluence.confluence_url',
      'custom-issue-tracker.new_issue_url',
      'custom-issue-tracker.issues_url',
      'custom-issue-tracker.project_url',
      'datadog.api_url',
      'discord.webhook',
      'discord.confidential_issue_channel',
      'discord.confidential_note_channel',
      'discord.deployment_channel',
      'discord.group_confidential_mentions_channel',
      'discord.group_mentions_channel',
      'discord.issue_channel',
      'discord.merge_request_channel',
      'discord.note_channel',
      'discord.pipeline_channel',
      'discord.push_channel',
      'discord.tag_push_channel',
      'discord.wiki_page_channel',
      'drone-ci.drone_url',
      'ewm.new_issue_url',
      'ewm.project_url',
      'ewm.issues_url',
      'external-wiki.external_wiki_url',
      'github.repository_url',
      'hangouts-chat.webhook',
      'harbor.url',
      'jenkins.jenkins_url',
      'jira.url',
      'jira.api_url',
      'linear.workspace_url',
      'matrix.hostname',
      'mattermost.webhook',
      'microsoft-teams.webhook',
      'mock-ci.mock_service_url',
      'packagist.server',
      'phorge.issues_url',
      'phorge.project_url',
      'prometheus.api_url',
      'pumble.webhook',
      'redmine.new_issue_url',
      'redmine.project_url',
      'redmine.issues_url',
      'slack.webhook',
      'squash-tm.url',
      'teamcity.teamcity_url',
      'telegram.hostname',
      'unify-circuit.webhook',
      'webex-teams.webhook',
      'youtrack.issues_url',
      'youtrack.project_url',
      'zentao.url',
      'zentao.api_url',
    ]);
  });
});

/** The facts name fields in an order of their own. */
const inOrder = (slug: string, names: readonly string[]): readonly string[] => {
  const order = Object.keys(definitions[slug]?.fields ?? {});
  return names.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
};
