import fc from 'fast-check';

/** Ids of the host: any well-formed text of 1 to 255 code points without control characters, odd ones often. */
export const scopeId: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'a/b',
    'a-b',
    '/',
    '-',
    '%2F',
    'a/jira',
    '.',
    ' ',
    '😀'.repeat(255),
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 255 }).filter((id) => !/\p{Cc}/u.test(id) && id.isWellFormed()),
);

/** Slugs of integrations. */
export const slug: fc.Arbitrary<string> = fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/);
