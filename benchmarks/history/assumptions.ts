// Everything about the history that nobody has counted: change a value to get another history. What was counted is in the data.

/** The same seed gives the same history, byte by byte. */
export const seed = 'salsa 1';

// Projects created

/** The share of the first cohort that comes in the wave of a migration, and the months that the wave lasts. */
export const wave = { share: 0.6, months: 3 };
/** A team's projects come in runs: 1 to this many in a row. */
export const longestRun = 50;

// Transfers and removals

/** This many moves between the same two groups in the same interval are one operation. */
export const setOfMoves = 5;
/** How long an operation or a sweep takes, in seconds. */
export const operationSeconds = 3_600;
/** Sets of moves that are a rename of the group instead: from and to. */
export const renamedGroups = [
  { from: 'pkg-octave-team', to: 'octave-team' },
  { from: 'david-guest', to: 'david.kunz' },
] as const;
/** Of the removed projects, how many are said to be archived; the others are deleted. */
export const archivedShare = 0.5;

// After the data

/** What goes on in a month that the data does not reach, where that is wanted; of the names, how many teams there are. */
export const extra = {
  group: 'extra',
  teams: 20,
  fromMonth: 108,
  createdAMonth: 300,
  movedAMonth: 30,
  removedAMonth: 30,
} as const;

// Integrations

/** Those that have a default of the instance (or site), with the month of the first set-up. */
export const instanceDefaults = [
  { integration: 'emails-on-push', month: 3 },
  { integration: 'irker', month: 12 },
  { integration: 'pipelines-email', month: 30 },
  { integration: 'jira', month: 48 },
] as const;
/** In the larger sizes these too. */
export const moreInstanceDefaults = [
  { integration: 'slack', month: 6 },
  { integration: 'external-wiki', month: 9 },
  { integration: 'datadog', month: 15 },
  { integration: 'harbor', month: 21 },
] as const;
/** Those that only groups and projects set. */
export const onlyBelow = [
  'mattermost',
  'matrix',
  'discord',
  'jenkins',
  'drone-ci',
  'redmine',
  'bugzilla',
  'youtrack',
] as const;
/** These two have half of all own settings. */
export const popular = { integrations: ['jira', 'slack'], share: 0.5 } as const;
/** How many of an integration's optional fields are filled. */
export const optionalFieldShare = 0.3;

// Defaults of the instance

/** How many of the integrations are switched off once, in which month, and for how many days. */
export const switchedOff = { integrations: 2, months: [40, 70], days: 14 } as const;
/** One default is changed wrongly in this month and corrected so many seconds later. */
export const mistake = { integration: 'emails-on-push', month: 60, correctedAfter: 600 } as const;

// Defaults of groups

/** Of the top-level groups with at least this many projects, and of nested groups, how many have defaults. */
export const groupsWithDefaults = {
  topLevel: 0.25,
  minimumProjects: 10,
  nested: 0.2,
  amongLargest: { of: 9, atLeast: 3 },
};
/** How many integrations such a group sets, how often a year it changes each, for how many years on average, and how many it removes again. */
export const groupDefaults = { integrations: 1.5, changesAYear: 1, years: 5, removedShare: 10 / 80 };

// Own settings of projects

/** How many projects have own settings; in personal namespaces fewer. */
export const ownShare = 0.08;
export const personalOwnShare = 0.02;
/** For how many integrations, and how often each is edited later. */
export const ownSettings = { integrations: 1.3, edits: 1.5, returnedShare: 0.2, switchedOffShare: 0.1 };
/** This share comes within so many days after the project's creation or a change of the default above. */
export const soon = { share: 0.5, days: 30 };

// Scripts

/** Sweeps write one setting on every project of a top-level group with at least so many, in these months; every second one sets what the default says anyway. */
export const sweeps = { count: 10, minimumProjects: 100, fromMonth: 24, toMonth: 107, draws: 100 };
/** What scripts set on Debian's GitLab. */
export const sweptIntegrations = ['emails-on-push', 'irker'] as const;
/** Returns to the default in bulk: how many, of how many projects each, within how many months after the sweep they undo. */
export const bulkReturns = { count: 3, projects: 500, withinMonths: 12 };
