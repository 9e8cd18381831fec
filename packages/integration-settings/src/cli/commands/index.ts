import type { CliCommand } from '../cli-command.ts';
import { executing, previewing, type WriteCommand } from '../write-command.ts';
import { audit } from './audit.ts';
import { copy } from './copy.ts';
import { counts } from './counts.ts';
import { effective } from './effective.ts';
import { explain } from './explain.ts';
import { find } from './find.ts';
import { importTree } from './import.ts';
import { inherit } from './inherit.ts';
import { init } from './init.ts';
import { integrations } from './integrations.ts';
import { lock } from './lock.ts';
import { move } from './move.ts';
import { override } from './override.ts';
import { overrides } from './overrides.ts';
import { own } from './own.ts';
import { rebuild } from './rebuild.ts';
import { register } from './register.ts';
import { remove } from './remove.ts';
import { rename } from './rename.ts';
import { reset } from './reset.ts';
import { revert } from './revert.ts';
import { scopes } from './scopes.ts';
import { setDefault } from './set-default.ts';
import { timeline } from './timeline.ts';
import { unlock } from './unlock.ts';
import { useCustom } from './use-custom.ts';
import { useInherited } from './use-inherited.ts';
import { verify } from './verify.ts';

const settingsCommands: readonly WriteCommand[] = [
  setDefault,
  useCustom,
  useInherited,
  override,
  inherit,
  lock,
  unlock,
  reset,
  revert,
];
const treeCommands: readonly WriteCommand[] = [register, move, rename, remove];

/** The commands by what they are for, in the order of `--help`. */
export const commandGroups: Readonly<Record<string, readonly CliCommand[]>> = {
  'Set up': [init, importTree, ...treeCommands.map(executing)],
  'Change settings': settingsCommands.map(executing),
  'Look at settings': [effective, explain, own, overrides, counts],
  'Look back': [timeline, audit],
  'Look around': [scopes, find, integrations],
  Maintain: [verify, rebuild, copy],
};

/** What `preview` can be asked about. */
export const previewCommands: readonly CliCommand[] = [...settingsCommands, ...treeCommands].map(previewing);
