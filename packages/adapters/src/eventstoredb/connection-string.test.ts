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
    `esdb://localhost/?tlsCAFile=${encodeURIComponent(import.meta.filename)}`,
  ])('accepts %s', (connectionString) => expect(faultOf(connectionString)).toBe('none'));

  it.each([
    ['', 'it begins with nothing of the kind, expected "esdb://" or "esdb+discover://".'],
    ['localhost:2113', 'it begins with nothing of the kind, expected "esdb://" or "esdb+discover://".'],
    ['kurrentdb://localhost', 'it begins with "kurrentdb://", expected "esdb://" or "esdb+discover://".'],
    ['esdb://', '"" is not a host.'],
    ['esdb://a.example,,b.example', '"" is not a host.'],
    ['esdb://a.example:port', '"a.example:port" is not "host:port".'],
    ['esdb://a.example?tls=maybe', 'the option "tls" is not true or false.'],
    ['esdb://a.example?tls', 'the option "tls" is not a value.'],
    ['esdb://a.example?defaultDeadline=soon', 'the option "defaultDeadline" is not a whole number.'],
    [
      'esdb://a.example?nodePreference=boss',
      'the option "nodePreference" is not leader, follower, read_only_replica or random.',
    ],
    ['esdb://a.example?tlsCAFile=/not/there.pem', 'the option "tlsCAFile" is not the name of a file that is there.'],
    ['esdb://a.example?speed=high', 'there is no option "speed".'],
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
  ])('names the fault of credentials without showing them', (connectionString, fault) => {
    expect(faultOf(connectionString)).toBe(fault);
  });
});
