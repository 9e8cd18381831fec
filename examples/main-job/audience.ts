import { styleText } from 'node:util';
import type { Audience, JobReport } from './main-job.ts';
import type { Tree } from './read-tree.ts';
import { showCount, showDuration, showStep } from './show.ts';
import { integration } from './walk.ts';

/** Hears nothing until the end. */
export const audienceOfMachines: Audience = {
  showsProgress: false,
  imported: () => undefined,
  stepDone: () => undefined,
};

/** Reads along. */
export const audienceOfPeople = ({ projects, groups, entries }: Tree): Audience => {
  const tree = `${showCount(projects.length)} projects in ${showCount(groups.length)} groups`;
  let steps = 0;
  return {
    showsProgress: process.stderr.isTTY,
    imported: (milliseconds) => {
      const rate = showCount(Math.round(entries.length / (milliseconds / 1_000)));
      console.log(
        `${styleText('bold', tree)}, imported in ${showDuration(milliseconds)} (${rate} durable events a second).`,
      );
      console.log(`What follows is about one integration, ${integration}.\n`);
    },
    stepDone: (report, comparison) => console.log(showStep((steps += 1), report, comparison)),
  };
};

/** What is left, and how to look at it. */
export const showEnd = ({ database, integrations }: JobReport, keeps: boolean): string => {
  const { file, namespace, events, bytes } = database;
  const size = `${showCount(events)} events${bytes === undefined ? '' : ` in ${(bytes / 1_000_000).toFixed(1)} MB`}`;
  if (!keeps) return `${size} told it all, and are gone now. Keep them to look at: npm start -- --keep`;
  const place =
    file === undefined
      ? [
          `${size} told it all, and stay on the server, in a namespace of their own; the keys of their secrets are gone. Look at it:\n`,
          "  export INTEGRATION_SETTINGS_STORE='…the address of the server…'",
          `  export INTEGRATION_SETTINGS_NAMESPACE=${namespace}`,
        ]
      : [
          `${size} told it all, and are kept in ${file}, its keys beside it. Look at it:\n`,
          `  export INTEGRATION_SETTINGS_STORE='sqlite:${file}'`,
        ];
  return [
    ...place,
    ...[
      `counts ${integration}`,
      `overrides ${integration} --limit 10`,
      `effective instance ${integration}`,
      'scopes',
      `preview lock instance ${integration}`,
    ].map((command) => `  npm run cli -- ${command}`),
    `\nThe catalog has ${integrations} integrations: npm run cli -- integrations`,
  ].join('\n');
};
