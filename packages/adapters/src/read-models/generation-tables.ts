import type { DatabaseSync } from 'node:sqlite';
import type { CompiledDefinition } from '@integration-settings/domain';
import { effectiveView, pathFrom } from './effective-view.ts';

/** Makes the tables of a generation: of the catalog, and, with nothing but the instance in it, of the tree and its settings. */
export const createTables = (
  database: DatabaseSync,
  generation: number,
  definitions: Iterable<CompiledDefinition>,
): void => {
  database.exec(`
    CREATE TABLE integrations_${generation} (
      integration TEXT PRIMARY KEY
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE fields_${generation} (
      integration TEXT NOT NULL,
      field TEXT NOT NULL,
      ordinal INTEGER NOT NULL,
      required INTEGER NOT NULL,
      PRIMARY KEY (integration, field)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE scopes_${generation} (
      id INTEGER PRIMARY KEY,
      scope TEXT NOT NULL UNIQUE, -- instance, group/…, project/…
      level TEXT NOT NULL,
      parent INTEGER, -- of the instance: none
      name TEXT NOT NULL,
      removed INTEGER NOT NULL -- itself; what lies below a removed group is not marked
    ) STRICT;
    CREATE INDEX scopes_by_parent_${generation} ON scopes_${generation} (parent);
    CREATE TABLE settings_${generation} (
      scope INTEGER NOT NULL,
      integration TEXT NOT NULL,
      own TEXT, -- custom, partial
      active INTEGER,
      fields TEXT NOT NULL, -- JSON: what it owns, as today's definition reads it; null: empty; secrets masked
      lock TEXT, -- whole, fields
      locked TEXT NOT NULL, -- JSON: the fields of a lock that is not whole
      era INTEGER NOT NULL,
      state TEXT NOT NULL, -- JSON: what the fold goes on from
      PRIMARY KEY (scope, integration)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX settings_by_integration_${generation} ON settings_${generation} (integration);
    INSERT INTO scopes_${generation} VALUES (0, 'instance', 'instance', NULL, 'instance', 0);
  `);
  const addIntegration = database.prepare(`INSERT INTO integrations_${generation} VALUES (?)`);
  const addField = database.prepare(`INSERT INTO fields_${generation} VALUES (?, ?, ?, ?)`);
  for (const { integration, fields } of definitions) {
    addIntegration.run(integration);
    let ordinal = 0;
    for (const [name, field] of fields) addField.run(integration, name, ordinal++, field.required === true ? 1 : 0);
  }
};

export const dropTables = (database: DatabaseSync, generation: number): void => {
  for (const table of ['integrations', 'fields', 'scopes', 'settings']) {
    database.exec(`DROP TABLE ${table}_${generation}`);
  }
};

/** Has the views, which other programs read, show a generation. */
export const publish = (database: DatabaseSync, generation: number): void =>
  database.exec(`
    DROP VIEW IF EXISTS effective_settings;
    DROP VIEW IF EXISTS own_settings;
    DROP VIEW IF EXISTS locks;
    DROP VIEW IF EXISTS scopes;
    CREATE VIEW scopes AS
      SELECT s.scope, s.level, p.scope AS parent, s.name
      FROM scopes_${generation} s LEFT JOIN scopes_${generation} p ON p.id = s.parent
      WHERE (${pathFrom(generation)}) IS NOT NULL;
    CREATE VIEW own_settings AS
      SELECT s.scope, s.level, x.integration, x.own, x.active, x.fields
      FROM settings_${generation} x JOIN scopes_${generation} s ON s.id = x.scope
      WHERE x.own IS NOT NULL AND (${pathFrom(generation)}) IS NOT NULL;
    CREATE VIEW locks AS
      SELECT s.scope, s.level, x.integration, iif(x.lock = 'whole', NULL, x.locked) AS fields
      FROM settings_${generation} x JOIN scopes_${generation} s ON s.id = x.scope
      WHERE x.lock IS NOT NULL AND (${pathFrom(generation)}) IS NOT NULL;
    ${effectiveView(generation)};
  `);
