/** The cases that are not played against the double, by number, and why. `1-3` is a range, `*` the whole group. */
export const notPlayed: readonly (readonly [why: string, cases: Readonly<Record<string, string>>])[] = [
  [
    'A double writes at once and in one place: it has no repeats that overtake a write, no disk and no other node.',
    { '3-idempotency-mem': '37,38,40,78,79,81', '3-idempotency-file': '*', '12-double-answer': '17' },
  ],
  [
    'A double of one process has no elections as a cluster has them; what the adapter makes of them is tested with faults.',
    { '9-failover': '*', '9-cluster': '*', '9-cluster-more': '*', '7-signals': '1,3-5', '13-extra': '1' },
  ],
  [
    'A figure of a real node says nothing about a double.',
    { '8-figures-mem': '*', '8-figures-file': '*', '11-names': '15' },
  ],
  [
    'It is a fault of the client that ends the process or leaves it deaf; the traps of the adapter are tested for it.',
    {
      '8-validation': '9-12',
      '12-double-answer': '7-10,15,16',
      '7-subscriptions': '21',
      '11-names': '14',
      '13-extra': '10-12',
      '4-size': '17,34',
    },
  ],
  [
    'It needs an option of the server, links, ages or metadata revisions that the double does not have.',
    { '13-extra': '2-9,13,14', '5-read': '47', '6-all': '35,36', '1-features': '1' },
  ],
  [
    'It depends on what else the recorded node held, or on how long one waits.',
    { '6-all': '1,16,19,22,29,30,32,33', '7-subscriptions': '1,4,11,13-16,19,22,23', '5-read': '57' },
  ],
  [
    'Another case, played, sends the same in another form.',
    {
      '4-size': '11,16,28,33',
      '8-validation': '24,25,32-34,59-71',
      '12-double-answer': '2',
      '14-order': '9',
      '11-names': '20',
    },
  ],
];

/** Whether a case is listed above. */
export const isListed = (id: string): boolean => {
  const [group = '', number] = id.split('.');
  return notPlayed.some(
    ([, cases]) => cases[group]?.split(',').some((range) => covers(range, Number(number))) === true,
  );
};

const covers = (range: string, number: number): boolean => {
  const [from, to = from] = range.split('-').map(Number);
  return range === '*' || (from !== undefined && to !== undefined && from <= number && number <= to);
};
