import {
  type Command,
  type CompiledDefinition,
  type EventMetadata,
  type EventToAppend,
  schemaVersions,
} from '@integration-settings/domain';
import type { EffectiveSettingsView } from '@integration-settings/projections';
import { commandHash } from './command-hash.ts';
import type { ParsedOptions } from './command-options.ts';
import { type DecidedEvent, isSettingsCommand } from './decide.ts';
import { eventId } from './event-id.ts';
import { requireSize } from './require-size.ts';

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What a command's events are put together from, beside the command. */
export interface DecidedBodies {
  /** With their secrets sealed. */
  readonly bodies: readonly DecidedEvent[];
  readonly secretsMac?: string | undefined;
  /** As events have it. */
  readonly at: string;
}

/** The events of a command as they are stored. @throws CommandRejected where they are too large */
export const eventsToAppend = (
  view: EffectiveSettingsView,
  command: Command,
  { commandId, correlationId, causationId, actor, reason }: ParsedOptions,
  { bodies, secretsMac, at }: DecidedBodies,
): readonly EventToAppend[] => {
  const hash = commandHash(command, definitionFor(view, command));
  const events = bodies.map(({ type, data }, index) => {
    const schemaVersion = schemaVersions[type];
    const metadata: Changeable<EventMetadata> = { commandId, commandHash: hash, actor: actor.id, at, schemaVersion };
    if (secretsMac !== undefined) metadata.secretsMac = secretsMac;
    if (correlationId !== undefined && correlationId !== commandId) metadata.correlationId = correlationId;
    if (causationId !== undefined) metadata.causationId = causationId;
    if (reason !== undefined) metadata.reason = reason;
    if (bodies.length > 1) metadata.part = [index, bodies.length];
    return { id: eventId(view.namespace, commandId, index), type, data, metadata };
  });
  if (isSettingsCommand(command)) requireSize(events);
  return events;
};

/** The definition that a command is about; none of the tree, nor what the catalog does not have. */
export const definitionFor = (view: EffectiveSettingsView, command: Command): CompiledDefinition | undefined =>
  isSettingsCommand(command) ? view.slices.get(command.data.integration)?.view?.context.compiled : undefined;
