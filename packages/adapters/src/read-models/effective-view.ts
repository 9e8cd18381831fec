/**
 * The view `effective_settings`: what holds at every scope that is there, for every integration of the catalog.
 *
 * Each stage looks at one row of the stage before, so that a question for one scope walks one path: the tables hold nothing
 * that a change of a default would have to bring up to date. `up` counts the steps from the scope towards the instance.
 *
 * - `path`: the scope and all above it; nothing where one of them was removed (R17)
 * - `nodes`: those of them that say something about the integration
 * - `reach`: `root`, the farthest custom settings: above it nothing holds (R2); `whole`, the highest whole lock from above:
 *   below it nothing counts; `locked`, for each locked field how far up its lock is (R6)
 * - `settings`: each field from the nearest document that owns it and that no lock hides (R1 to R5), and what is missing (R27)
 *
 * What a document owns and which of its values today's definition accepts (R21(a), R28) was said when it was written.
 *
 * @param generation - whose tables it shows
 */
export const effectiveView = (generation: number): string => `
  CREATE VIEW effective_settings AS
  SELECT
    s.scope,
    s.level,
    i.integration,
    settings.value ->> 'mode' AS mode,
    settings.value ->> 'source' AS source,
    settings.value ->> 'active' AS active,
    settings.value -> 'fields' AS fields,
    settings.value -> 'missing' AS missing,
    reach.value ->> 'locked_by' AS locked_by
  FROM scopes_${generation} s
  CROSS JOIN json_each(json_array((${pathFrom(generation)}))) path
  CROSS JOIN integrations_${generation} i
  CROSS JOIN json_each(json_array(json((${nodes(generation)})))) nodes
  CROSS JOIN json_each(json_array(json((${reach})))) reach
  CROSS JOIN json_each(json_array(json((${settings(generation)})))) settings
  WHERE path.value IS NOT NULL
`;

/** The scope of a row `s` and all above it, as JSON; nothing where one of them was removed. */
export const pathFrom = (generation: number): string => `
  WITH RECURSIVE above (id, parent, up) AS (
    SELECT s.id, s.parent, 0 WHERE NOT s.removed
    UNION ALL
    SELECT p.id, p.parent, up + 1 FROM above CROSS JOIN scopes_${generation} p ON p.id = above.parent WHERE NOT p.removed
  )
  SELECT json_group_array(json_array(id, up)) FROM above HAVING min(id) = 0`;

const nodes = (generation: number): string => `
  SELECT json_group_array(json_object(
    'up', step.value ->> 1, 'scope', at.scope, 'own', x.own, 'active', x.active, 'fields', json(x.fields),
    'lock', x.lock, 'locked', json(x.locked)
  ))
  FROM json_each(path.value) step
  CROSS JOIN settings_${generation} x ON x.scope = step.value ->> 0 AND x.integration = i.integration
  CROSS JOIN scopes_${generation} at ON at.id = x.scope`;

const node = `
  node (up, scope, own, active, fields, lock, locked) AS MATERIALIZED (
    SELECT value ->> 'up', value ->> 'scope', value ->> 'own', value ->> 'active', value -> 'fields', value ->> 'lock', value -> 'locked'
    FROM json_each(nodes.value)
  )`;

const reach = `
  WITH ${node},
  rooted (root) AS (SELECT max(up) FROM node WHERE own = 'custom'),
  lock (up, scope, lock, locked) AS MATERIALIZED (
    SELECT up, scope, lock, locked FROM node, rooted WHERE lock IS NOT NULL AND up BETWEEN 1 AND root
  ),
  covered (whole) AS (SELECT max(up) FROM lock WHERE lock = 'whole')
  SELECT json_object(
    'root', root,
    'whole', whole,
    'locked', (
      SELECT json_group_object(field, up) FROM (
        SELECT field.value AS field, max(up) AS up FROM lock CROSS JOIN json_each(locked) field GROUP BY field.value
      )
    ),
    'locked_by', (SELECT scope FROM lock ORDER BY up DESC LIMIT 1)
  )
  FROM rooted, covered`;

const settings = (generation: number): string => `
  WITH ${node},
  span (root, whole, locked) AS MATERIALIZED (
    SELECT reach.value ->> 'root', reach.value ->> 'whole', reach.value -> 'locked'
  ),
  document (up, scope, own, active, fields) AS MATERIALIZED (
    SELECT up, scope, own, active, fields FROM node, span WHERE own IS NOT NULL AND up BETWEEN coalesce(whole, 0) AND root
  ),
  field (field, ordinal, required, value) AS MATERIALIZED (
    SELECT f.field, f.ordinal, f.required, (
      SELECT coalesce(fields -> f.field, 'null') FROM document
      WHERE up >= coalesce(locked ->> f.field, 0) AND (own = 'custom' OR fields -> f.field IS NOT NULL)
      ORDER BY up LIMIT 1
    )
    FROM span, fields_${generation} f WHERE f.integration = i.integration
  ),
  summary (fields, missing) AS (
    SELECT
      json_group_object(field, json(value) ORDER BY ordinal) FILTER (WHERE value <> 'null'),
      json_group_array(field ORDER BY ordinal) FILTER (WHERE required AND value = 'null')
    FROM field
  )
  SELECT json_object(
    'mode', CASE WHEN root IS NULL THEN 'unconfigured' ELSE coalesce((SELECT own FROM document WHERE up = 0), 'inherited') END,
    'source', (SELECT scope FROM document WHERE own = 'custom' ORDER BY up LIMIT 1),
    'active', json(iif(missing = '[]' AND (
      SELECT active FROM document WHERE active IS NOT NULL AND up >= coalesce(locked ->> 'active', 0) ORDER BY up LIMIT 1
    ), 'true', 'false')),
    'fields', json(fields),
    'missing', json(missing)
  )
  FROM span, summary`;
