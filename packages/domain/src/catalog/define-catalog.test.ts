import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidCatalog, isUnknownIntegration } from '../errors.ts';
import { defineCatalog } from './define-catalog.ts';
import type { FieldDefinition, IntegrationDefinition } from './definition.ts';

type Definitions = Readonly<Record<string, IntegrationDefinition>>;

/** The faults of definitions, path and message as one text; what the compiler refuses too comes in as `unknown`. */
const faultsOf = (definitions: unknown): readonly string[] => {
  try {
    defineCatalog(definitions as Definitions);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidCatalog)) throw error;
    return error.issues.map(({ field, message }) => `${field} ${message}`);
  }
};
const faultsOfField = (field: unknown): readonly string[] => faultsOf({ pager: { fields: { number: field } } });

describe('defineCatalog', () => {
  it('keeps the definitions as they are, in their order', () => {
    const definitions = {
      pager: {
        title: 'Pager',
        levels: ['project', 'instance'],
        fields: {
          url: { type: 'string', format: 'url', endpoint: true, required: true, title: 'Address' },
          token: { type: 'string', secret: true },
          account: { type: 'string', connection: true },
          level: { type: 'integer', allowedValues: [1, 2], default: 2 },
        },
      },
      'a-wiki': { fields: {} },
    } as const;
    const catalog = defineCatalog(definitions);
    expect(catalog.definitions).toEqual(definitions);
    expect(Object.keys(catalog.definitions)).toEqual(['pager', 'a-wiki']);
    expect(Object.keys(catalog.definitions.pager.fields)).toEqual(['url', 'token', 'account', 'level']);
  });

  it('copies them, so that the caller may go on using the object', () => {
    const number: { type: 'string' | 'integer'; allowedValues: string[] } = { type: 'string', allowedValues: ['a'] };
    const definitions = { pager: { fields: { number } } };
    const catalog = defineCatalog(definitions);
    number.type = 'integer';
    number.allowedValues.push('b');
    expect(catalog.definitions.pager.fields.number).toEqual({ type: 'string', allowedValues: ['a'] });
  });

  it('freezes what it hands out, at every depth', () => {
    const catalog = defineCatalog({
      pager: { levels: ['group'], fields: { number: { type: 'string', allowedValues: ['a'] } } },
    });
    const { pager } = catalog.definitions;
    const parts = [
      catalog,
      catalog.definitions,
      pager,
      pager.levels,
      pager.fields,
      pager.fields.number,
      pager.fields.number.allowedValues,
    ];
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  it('takes names that every object has for names', () => {
    const catalog = defineCatalog({ constructor: { fields: { constructor: { type: 'string' } } } });
    expect(catalog.definitions.constructor.fields.constructor).toEqual({ type: 'string' });
    expect(catalog.parseForm('constructor', [['constructor', 'x']]).values).toEqual({ constructor: 'x' });
  });

  it('has nothing under a name that was not defined, also one that every object has', () => {
    const catalog = defineCatalog<Definitions>({ pager: { fields: {} } });
    expect(catalog.definitions['constructor']).toBeUndefined();
    expect(catalog.definitions['pager']?.fields['toString']).toBeUndefined();
    for (const slug of ['constructor', '__proto__', 'nope']) {
      expect(() => catalog.parseForm(slug, [])).toThrow(
        expect.toSatisfy((error) => isUnknownIntegration(error) && error.integration === slug),
      );
    }
  });

  it('takes the definitions of another catalog', () => {
    const catalog = defineCatalog({ pager: { fields: { number: { type: 'string' } } } });
    expect(defineCatalog({ ...catalog.definitions, wiki: { fields: {} } }).definitions.pager).toEqual(
      catalog.definitions.pager,
    );
  });

  it('names every fault at once', () => {
    const definitions = {
      Pager: { title: 1, colour: 'red', fields: { active: { type: 'boolean' }, '9': { type: 'date' } } },
      wiki: { levels: [], fields: { number: { type: 'integer', secret: true, endpoint: 'yes' }, text: null } },
      chat: 'on',
    };
    expect(faultsOf(definitions)).toEqual([
      'Pager is not a slug; expected a lower-case letter, then at most 62 of a-z, 0-9, _ and -',
      'Pager.colour is not known; expected one of title, levels, fields',
      'Pager.title is 1; expected a string',
      'Pager.9 is not a field name; expected a lower-case letter, then at most 62 of a-z, 0-9, _ and -',
      'Pager.9.type is "date"; expected one of "string", "boolean", "integer", "string[]"',
      'Pager.active is not a field name: every integration has this toggle',
      'wiki.levels is empty; expected at least one',
      'wiki.number.endpoint is a string; expected a boolean',
      'wiki.number.secret is true; expected only where the type is "string"',
      'wiki.text is null; expected a definition',
      'chat is a string; expected a definition',
    ]);
  });

  it.each([null, undefined, [], 'jira', 7])('refuses %j for definitions', (definitions) => {
    expect(faultsOf(definitions)).toHaveLength(1);
  });

  it.each(['', 'A', '1a', '-a', 'a.b', 'a/b', 'ä', '__proto__', 'a'.repeat(64)])('refuses the name "%s"', (name) => {
    const named = (value: unknown): unknown => JSON.parse(`{ ${JSON.stringify(name)}: ${JSON.stringify(value)} }`);
    expect(faultsOf(named({ fields: {} }))).toHaveLength(1);
    expect(faultsOf({ pager: { fields: named({ type: 'string' }) } })).toHaveLength(1);
  });

  it.each([
    [{ levels: ['galaxy'] }, 'pager.levels.0 is "galaxy"; expected one of "instance", "group", "project"'],
    [{ levels: ['group', 'group'] }, 'pager.levels.1 is there twice: "group"'],
    [{ levels: 'group' }, 'pager.levels is a string; expected a list'],
    [{ levels: undefined }, 'pager.levels is undefined; expected a list'],
    [{ fields: undefined }, 'pager.fields is undefined; expected an object of fields by name'],
  ])('refuses the definition %j', (part, fault) => {
    expect(faultsOf({ pager: { fields: {}, ...part } })).toEqual([fault]);
  });

  it.each([
    [{}, 'type is undefined; expected one of "string", "boolean", "integer", "string[]"'],
    [{ type: 'string', required: undefined }, 'required is undefined; expected a boolean'],
    [
      { type: 'string', titel: 'x' },
      'titel is not known; expected one of type, required, secret, endpoint, connection, format, allowedValues, default, title, description',
    ],
    [{ type: 'boolean', secret: true }, 'secret is true; expected only where the type is "string"'],
    [{ type: 'string[]', secret: true }, 'secret is true; expected only where the type is "string"'],
    [{ type: 'integer', endpoint: true }, 'endpoint is true; expected only where the type is "string"'],
    [
      { type: 'string', connection: true },
      'connection is true; expected only where there are an endpoint and a secret',
    ],
    [{ type: 'string', format: 'date' }, 'format is "date"; expected one of "url", "email"'],
    [{ type: 'integer', format: 'url' }, 'format is "url"; expected only of strings'],
    [{ type: 'string', allowedValues: [] }, 'allowedValues is empty; expected at least one'],
    [{ type: 'string', allowedValues: 'a' }, 'allowedValues is a string; expected a list'],
    [{ type: 'string', allowedValues: ['a', 1] }, 'allowedValues.1 is 1; expected a string'],
    [{ type: 'string', allowedValues: ['a', 'a'] }, 'allowedValues.1 is there twice: "a"'],
    [{ type: 'string', allowedValues: [''] }, 'allowedValues.0 is ""; expected no empty value'],
    [{ type: 'string[]', allowedValues: [['a']] }, 'allowedValues.0 is a list; expected a string'],
    [{ type: 'integer', allowedValues: [0.5] }, 'allowedValues.0 is 0.5; expected a safe integer'],
    [{ type: 'boolean', allowedValues: [true] }, 'allowedValues is given; expected only of strings and integers'],
    [{ type: 'boolean', default: 'true' }, 'default is a string; expected true or false'],
    [{ type: 'integer', allowedValues: [1], default: 2 }, 'default is 2; expected one of 1'],
    [{ type: 'string', format: 'url', default: 'x' }, 'default is "x"; expected an http or https URL'],
    [{ type: 'string[]', default: 'a' }, 'default is given; expected none of a list'],
  ])('refuses the field %j', (field, fault) => {
    expect(faultsOfField(field)).toEqual([`pager.number.${fault}`]);
  });

  describe('where a secret is itself an address', () => {
    const webhook = { type: 'string', secret: true, format: 'url' } as const;
    const token = { type: 'string', secret: true } as const;

    it('asks beside another secret whether secrets are sent there', () => {
      expect(faultsOf({ chat: { fields: { webhook, token, other: webhook } } })).toEqual([
        'chat.webhook.endpoint is missing; expected true or false of a secret URL beside another secret',
        'chat.other.endpoint is missing; expected true or false of a secret URL beside another secret',
      ]);
    });

    it.each([true, false])('is content with %j', (endpoint) => {
      expect(faultsOf({ chat: { fields: { webhook: { ...webhook, endpoint }, token } } })).toEqual([]);
    });

    it('asks nothing where it is the only secret', () => {
      expect(faultsOf({ chat: { fields: { webhook, room: { type: 'string' } } } })).toEqual([]);
    });
  });

  it('accepts every combination of what the rules allow, and keeps it', () => {
    fc.assert(
      fc.property(validDefinitions, (definitions) => {
        expect(defineCatalog(definitions).definitions).toEqual(definitions);
      }),
    );
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,62}$/).filter((text) => text !== 'active');
const field: fc.Arbitrary<FieldDefinition> = fc.oneof(
  fc.record(
    {
      type: fc.constant('string' as const),
      required: fc.boolean(),
      secret: fc.boolean(),
      endpoint: fc.boolean(),
      title: fc.string(),
      description: fc.string(),
    },
    { requiredKeys: ['type'] },
  ),
  fc.record({ type: fc.constant('boolean' as const), default: fc.boolean() }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('integer' as const), allowedValues: fc.uniqueArray(fc.integer(), { minLength: 1 }) }),
  fc.record({ type: fc.constant('string[]' as const), required: fc.boolean() }),
);
const levels = fc.subarray(['instance', 'group', 'project'] as const, { minLength: 1 });
const validDefinitions: fc.Arbitrary<Definitions> = fc.dictionary(
  name,
  fc.record({ title: fc.string(), levels, fields: fc.dictionary(name, field) }, { requiredKeys: ['fields'] }),
);
