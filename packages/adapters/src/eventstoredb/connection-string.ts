import { existsSync } from 'node:fs';
import { IntegrationSettingsError } from '@integration-settings/domain';

/**
 * A connection string cannot be used. The message names the fault and shows nothing of the string but its scheme and options
 * that there are: where something is not encoded, anything else may be a part of the password. So hosts and unknown options
 * are named by their place, from 1.
 */
export class InvalidConnectionString extends IntegrationSettingsError {
  readonly code = 'INVALID_CONNECTION_STRING' as const;
  constructor(fault: string) {
    super(`The EventStoreDB connection string is not valid: ${fault}`);
  }
}

type Check = (value: string) => string | undefined;

const wholeNumber: Check = (value) => (/^-?\d+$/.test(value) ? undefined : 'a whole number');
const truth: Check = (value) => (value === 'true' || value === 'false' ? undefined : 'true or false');
const file: Check = (value) => (existsSync(value) ? undefined : 'the name of a file that is there');
const anything: Check = () => undefined;

/** What the client takes, in its flat form (case, `-` and `_` do not count), and what each must be. */
const knownOptions = new Map<string, Check>([
  ['tls', truth],
  ['tlscafile', file],
  ['usercertfile', file],
  ['userkeyfile', file],
  ['connectionname', anything],
  ['defaultdeadline', wholeNumber],
  ['maxdiscoverattempts', wholeNumber],
  ['discoveryinterval', wholeNumber],
  ['gossiptimeout', wholeNumber],
  ['keepaliveinterval', wholeNumber],
  ['keepalivetimeout', wholeNumber],
  [
    'nodepreference',
    (value) =>
      /^(leader|follower|random|read[_-]?only[_-]?replica)$/i.test(value)
        ? undefined
        : 'leader, follower, read_only_replica or random',
  ],
]);

const refusedOptions = new Map([
  ['tlsverifycert', 'this client always verifies certificates; give tlsCAFile'],
  ['throwonappendfailure', 'the store needs its default'],
]);

/**
 * Checks what the client would only warn about, printing the string with its password, or take for something else.
 *
 * @throws InvalidConnectionString naming the first fault
 */
export const checkConnectionString = (connectionString: string): void => {
  const fail = (fault: string): never => {
    throw new InvalidConnectionString(fault);
  };
  const [, scheme, rest = ''] = /^([^:]*):\/\/(.*)$/s.exec(connectionString.trim()) ?? [];
  if (scheme !== 'esdb' && scheme !== 'esdb+discover') {
    const found = scheme === undefined ? 'nothing of the kind' : `"${scheme}://"`;
    fail(`it begins with ${found}, expected "esdb://" or "esdb+discover://".`);
  }
  const query = rest.indexOf('?');
  const authority = (query === -1 ? rest : rest.slice(0, query)).replace(/\/+$/, '');
  const at = authority.lastIndexOf('@');
  // The client takes what stands before the first "@" for credentials, wherever that is.
  if (at === -1 && rest.includes('@'))
    fail('"?" in a user name or password, and "@" in an option, must be percent-encoded.');
  if (at !== -1) checkCredentials(authority.slice(0, at), fail);
  checkHosts(authority.slice(at + 1), fail);
  if (query !== -1) checkOptions(rest.slice(query + 1), fail);
};

type Fail = (fault: string) => never;

const checkCredentials = (credentials: string, fail: Fail): void => {
  const parts = credentials.split(':');
  if (parts.length < 2 || parts[0] === '') fail('before the "@" stands no "user:password".');
  if (parts.length > 2 || credentials.includes('@'))
    fail('":" and "@" in a user name or password must be percent-encoded.');
  if (parts.some((part) => decoded(part) === undefined)) fail('the user name or password is not well percent-encoded.');
};

const checkHosts = (hosts: string, fail: Fail): void => {
  for (const [index, host] of hosts.split(',').entries()) {
    const [name, port, ...more] = host.split(':');
    const place = `host ${index + 1}`;
    if (name === undefined || !/^[^\s$+!?*'();[\]{}|"%~#<>=&@/]+$/.test(name)) fail(`${place} is not a host.`);
    if (more.length > 0 || (port !== undefined && !/^\d{1,5}$/.test(port))) fail(`${place} is not "host:port".`);
  }
};

const checkOptions = (options: string, fail: Fail): void => {
  for (const [index, option] of options.split('&').entries()) {
    const [name = '', value] = option.split(/=(.*)/s);
    const flat = name.trim().toLowerCase().replace(/[_-]/g, '');
    const refusal = refusedOptions.get(flat);
    if (refusal !== undefined) fail(`the option "${name}" cannot be given: ${refusal}.`);
    const check = knownOptions.get(flat);
    if (check === undefined) return fail(`option ${index + 1} is none that there is.`);
    const text = value === undefined || value === '' ? undefined : decoded(value.trim());
    const expected = text === undefined ? 'a value' : check(text);
    if (expected !== undefined) fail(`the option "${name}" is not ${expected}.`);
  }
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};
