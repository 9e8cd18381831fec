import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConnectionString, InvalidConnectionString } from './connection-string.ts';

const faultOf = (connectionString: string): string => {
  try {
    checkConnectionString(connectionString);
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidConnectionString);
    return (error as Error).message.replace('The EventStoreDB connection string is not valid: ', '');
  }
};

describe('C2 checking a connection string, of which the client ignores some and repeats all', () => {
  it.each([
    'esdb://localhost',
    'esdb://localhost:2113?tls=false',
    'esdb://admin:p%40ss%3Aword@a.example:2111,b.example:2112,c.example?nodePreference=leader&keepAliveInterval=-1',
    'esdb+discover://cluster.example?tls=true&max_discover_attempts=3',
    'esdb://admin:pass/w,ord#@localhost?connectionName=me@work',
    `esdb://localhost/?tlsCAFile=${encodeURIComponent(import.meta.filename)}`,
  ])('accepts %s', (connectionString) => expect(faultOf(connectionString)).toBe('none'));

  it.each([
    ['', 'it begins with nothing of the kind, expected "esdb://" or "esdb+discover://".'],
    ['localhost:2113', 'it begins with nothing of the kind, expected "esdb://" or "esdb+discover://".'],
    ['kurrentdb://localhost', 'it begins with "kurrentdb://", expected "esdb://" or "esdb+discover://".'],
    ['esdb://', 'host 1 is not a host.'],
    ['esdb://a.example,,b.example', 'host 2 is not a host.'],
    ['esdb://a.example,b.example:port', 'host 2 is not "host:port".'],
    ['esdb://a.example?tls=maybe', 'the option "tls" is not true or false.'],
    ['esdb://a.example?tls', 'the option "tls" is not a value.'],
    ['esdb://a.example?defaultDeadline=soon', 'the option "defaultDeadline" is not a whole number.'],
    [
      'esdb://a.example?nodePreference=boss',
      'the option "nodePreference" is not leader, follower, read_only_replica or random.',
    ],
    ['esdb://a.example?tlsCAFile=/not/there.pem', 'the option "tlsCAFile" is not the name of a file that is there.'],
    ['esdb://a.example?tls=false&speed=high', 'option 2 is none that there is.'],
    [
      'esdb://a.example?tlsVerifyCert=false',
      'the option "tlsVerifyCert" cannot be given: this client always verifies certificates; give tlsCAFile.',
    ],
    [
      'esdb://a.example?throwOnAppendFailure=false',
      'the option "throwOnAppendFailure" cannot be given: the store needs its default.',
    ],
  ])('names the fault of %j', (connectionString, fault) => expect(faultOf(connectionString)).toBe(fault));

  it.each([
    ['esdb://admin:secret:word@a.example', '":" and "@" in a user name or password must be percent-encoded.'],
    ['esdb://admin:secret@word@a.example', '":" and "@" in a user name or password must be percent-encoded.'],
    ['esdb://secretword@a.example', 'before the "@" stands no "user:password".'],
    ['esdb://admin:%zzsecretword@a.example', 'the user name or password is not well percent-encoded.'],
    [
      'esdb://admin:secret?word@a.example',
      '"?" in a user name or password, and "@" in an option, must be percent-encoded.',
    ],
  ])('names the fault of credentials without showing them', (connectionString, fault) => {
    expect(faultOf(connectionString)).toBe(fault);
  });

  it('never shows a password, whatever in it is not encoded, and what stands in the place of its "@"', () => {
    const mark = fc.constantFrom('hunter2', 'swordfish', 'Tr0ub4dor');
    const special = fc.constantFrom(
      '?',
      '/',
      '#',
      '@',
      ',',
      ':',
      '&',
      '=',
      '%',
      '://',
      '?tls=',
      '&tls',
      ' ',
      '\n',
      '1',
    );
    const password = fc
      .tuple(fc.array(fc.oneof(mark, special, fc.string())), mark, fc.array(fc.oneof(mark, special, fc.string())))
      .map(([before, one, after]) => [...before, one, ...after].join(''));
    const behind = fc.constantFrom('@localhost:2113', '/localhost:2113', ',localhost:2113', '?localhost:2113', '');
    const query = fc.constantFrom('', '?tls=false', '?tls=maybe', '&tls=false');
    fc.assert(
      fc.property(fc.constantFrom('admin:', ''), password, behind, query, (user, password, behind, query) => {
        try {
          checkConnectionString(`esdb://${user}${password}${behind}${query}`);
        } catch (error) {
          const told = inspect(error, { showHidden: true, depth: Infinity });
          expect(`${(error as Error).message} ${told}`).not.toMatch(/hunter2|swordfish|Tr0ub4dor/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
