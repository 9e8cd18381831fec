/**
 * What an error of the client means for the call that met it.
 *
 * `unsent`: nothing reached the server. `unknown`: it may have been done. `refused`: the server took it for malformed.
 * `foreign`: not the client's error at all.
 */
export type Failure =
  | 'conflict'
  | 'not-found'
  | 'deleted'
  | 'denied'
  | 'too-large'
  | 'refused'
  | 'not-leader'
  | 'invalid-position'
  | 'unsent'
  | 'silent'
  | 'unknown'
  | 'foreign';

/** A call ended because its client was given up. */
export class BrokenOff extends Error {
  constructor() {
    super('The connection was given up.');
  }
}

/** A call was not answered in its time. */
export class Silent extends Error {
  constructor(milliseconds: number) {
    super(`No answer within ${milliseconds} ms.`);
  }
}

const byType = new Map<string, Failure>([
  ['wrong-expected-version', 'conflict'],
  ['stream-not-found', 'not-found'],
  ['stream-deleted', 'deleted'],
  ['access-denied', 'denied'],
  ['maximum-append-size-exceeded', 'too-large'],
  ['missing-required-metadata-property', 'refused'],
  ['not-leader', 'not-leader'],
]);

const byText: readonly (readonly [RegExp, Failure])[] = [
  [/MaximumAppendEventSizeExceeded|exceeds Maximum Append Event Size/, 'too-large'],
  [/Could not recognize BadRequest/, 'refused'],
  [/InvalidPosition|invalid position/, 'invalid-position'],
  [/No connection established|Failed to discover/, 'unsent'],
];

/**
 * Classifies an error by its type, then by its code, then by its text: the client's classes are not to be relied on
 * over two copies of the package, some errors come raw, and for some a text is all there is.
 */
export const classify = (error: unknown): Failure => {
  if (error instanceof Silent) return 'silent';
  if (error instanceof BrokenOff) return 'unknown';
  const { type, code, message } = describe(error);
  const known = byType.get(type ?? '');
  if (known !== undefined) return known;
  if (code === permissionDenied || code === unauthenticated) return 'denied';
  const told = byText.find(([pattern]) => pattern.test(message))?.[1];
  return told ?? (type === undefined && code === undefined ? 'foreign' : 'unknown');
};

/**
 * Whether the failure is of a whole call, not of one of many appends on it: a code comes from the call's status. It may
 * even be the call of another client of the process, since all share one table of waiting appends.
 */
export const isOfWholeCall = (error: unknown): boolean => {
  const { type, code } = describe(error);
  return code !== undefined || type === undefined;
};

/**
 * Whether trying again is no use: a certificate that does not fit, a server that does not speak TLS, or an address where
 * TLS needs a name.
 */
export const isHopeless = (error: unknown): boolean =>
  /certificate|SSL routines|wrong version number|altnames|servername/i.test(describe(error).message);

/**
 * Whether the client will not get over it by itself: it keeps what it learnt, or failed to learn, of the server until the
 * connection is unavailable, and a call that another client broke leaves it deaf. What comes of giving up a client
 * (cancelled, 1) is not among them, or two clients of a process would go on giving each other up.
 */
export const outlivesReconnect = (error: unknown): boolean => {
  const { code } = describe(error);
  return code !== undefined && !survivedCodes.includes(code);
};

/** What to tell a person: the client leaves the message of several of its errors empty. */
export const reasonOf = (error: unknown): string => {
  const { type, message } = describe(error);
  return message !== '' ? message : (type ?? 'unknown error');
};

const permissionDenied = 7;
const unauthenticated = 16;

/** Cancelled, invalid argument, not found (not the leader, too), denied, failed precondition, aborted, unavailable. */
const survivedCodes: readonly number[] = [1, 3, 5, permissionDenied, 9, 10, 14, unauthenticated];

const describe = (
  error: unknown,
): { readonly type: string | undefined; readonly code: number | undefined; readonly message: string } => {
  const { type, code, message } = error as { type?: unknown; code?: unknown; message?: unknown };
  return {
    type: typeof type === 'string' ? type : undefined,
    code: typeof code === 'number' ? code : undefined,
    message: typeof message === 'string' ? message : String(error),
  };
};
