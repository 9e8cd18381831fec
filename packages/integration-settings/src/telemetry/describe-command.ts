import {
  type Catalog,
  type Command,
  commandTypes,
  parseCommand,
  scopeKey,
  scopeOfSettingsCommand,
  scopeOfStructureCommand,
} from '@integration-settings/domain';
import { isSettingsCommand } from '../decide.ts';
import { harmless } from './harmless.ts';

/** What may be told of a command: names only. */
export interface CommandDescription {
  /** `_OTHER` where it is no type of ours: of these there are as many as somebody makes up. */
  readonly type: string;
  /** As `project/42`; `undefined` where the command is malformed. */
  readonly scope: string | undefined;
  /** `undefined` also where the catalog does not have it. */
  readonly integration: string | undefined;
}

export const other = '_OTHER';

/** Says what a command is about, whatever was given as one; the values that it gives are not looked at. Never throws. */
export const describeCommand = (given: unknown, catalog: Catalog): CommandDescription => {
  try {
    const command = parseCommand(given);
    if (!isSettingsCommand(command)) return describe(command, scopeKey(scopeOfStructureCommand(command)), undefined);
    const { integration } = command.data;
    const isKnown = Object.hasOwn(catalog.definitions, integration);
    return describe(command, scopeKey(scopeOfSettingsCommand(command)), isKnown ? integration : undefined);
  } catch {
    return { type: typeOf(given), scope: undefined, integration: undefined };
  }
};

const describe = ({ type }: Command, scope: string, integration: string | undefined): CommandDescription => ({
  type,
  scope,
  integration,
});

const typeOf = (given: unknown): string =>
  harmless(() => commandTypes.find((type) => type === (given as Partial<Command> | null | undefined)?.type)) ?? other;
