import { defineCatalog } from '@integration-settings/domain';

/** A connection of two addresses, a name and a secret, and fields of each type beside it. */
const tracker = {
  fields: {
    url: { type: 'string', format: 'url', endpoint: true, required: true },
    api_url: { type: 'string', format: 'url', endpoint: true },
    username: { type: 'string', connection: true },
    token: { type: 'string', secret: true, required: true },
    title: { type: 'string' },
    retries: { type: 'integer' },
    labels: { type: 'string[]' },
  },
} as const;

/** No connection; a required text and a secret. */
const pager = {
  fields: {
    number: { type: 'string', required: true },
    pin: { type: 'string', secret: true },
    loud: { type: 'boolean' },
  },
} as const;

/** The integrations that histories tell of, all but `lost`. */
export const catalog = defineCatalog({ tracker, pager });

/** The same integrations as other definitions: a field is gone, one has another type, one has become secret, one belongs to no project. */
export const changedCatalog = defineCatalog({
  pager: {
    levels: ['instance', 'group'],
    fields: {
      number: { type: 'string' },
      pin: { type: 'string' },
      loud: { type: 'string' },
      contact: { type: 'string', format: 'email', endpoint: true, required: true },
    },
  },
  tracker: {
    fields: {
      title: { type: 'string', secret: true },
      url: { type: 'string', format: 'url', endpoint: true, required: true },
      retries: { type: 'integer', allowedValues: [1, 2], connection: true },
      labels: { type: 'string[]', required: true },
      token: { type: 'string', secret: true },
    },
  },
});

/** Every integration that histories tell of: the catalogs do not have `lost`. */
export const integrations = ['tracker', 'pager', 'lost'] as const;
