import {
  type EventMetadata,
  type RecordedEvent,
  scopeOf,
  settingsStreamName,
  type SettingsEventBody,
  type StructureEventBody,
  structureStreamName,
} from '@integration-settings/domain';

/** One of our events before it is recorded. */
export type Body = SettingsEventBody | StructureEventBody;

const uuidOf = (kind: number, counter: number): string =>
  `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${counter.toString(16).padStart(12, '0')}`;

/** The command id of the n-th command of a log. */
export const commandIdOf = (counter: number): string => uuidOf(0xc0, counter);

/** The stream that an event belongs to. */
export const streamOf = ({ type, data }: Body): string => {
  if ('integration' in data) {
    return settingsStreamName('integrations', scopeOf(data as { group?: string; project?: string }), data.integration);
  }
  const scope = type.startsWith('Project')
    ? { project: (data as { project: string }).project }
    : { group: (data as { group: string }).group };
  return structureStreamName('integrations', scope);
};

/** A log under construction: gives events their streams, revisions, positions (with gaps), command ids and times. */
export class Log {
  readonly events: RecordedEvent[] = [];
  readonly #revisions = new Map<string, bigint>();
  #commands = 0;

  /** Records each body as a command of its own. */
  record(...bodies: readonly Body[]): readonly RecordedEvent[] {
    return bodies.map((body) => this.recordOne(body));
  }

  /** Records the events of one command, which take effect together. */
  recordTogether(...bodies: readonly Body[]): readonly RecordedEvent[] {
    const commandId = this.nextCommandId();
    return bodies.map((body, index) => this.recordOne(body, { commandId, part: [index, bodies.length] }));
  }

  recordOne(body: Body, metadata: Partial<EventMetadata> = {}): RecordedEvent {
    return this.recordRaw(streamOf(body), body, metadata);
  }

  /** Records anything in any stream. */
  recordRaw(
    streamName: string,
    body: { readonly type: string; readonly data: unknown },
    metadata: object = {},
  ): RecordedEvent {
    const revision = (this.#revisions.get(streamName) ?? -1n) + 1n;
    this.#revisions.set(streamName, revision);
    const index = this.events.length;
    const commandId = 'commandId' in metadata ? undefined : this.nextCommandId();
    const event: RecordedEvent = {
      id: uuidOf(0xe0, index),
      type: body.type,
      data: body.data,
      streamName,
      revision,
      position: BigInt(index * 3 + 2),
      metadata: {
        commandId,
        commandHash: 'hash',
        actor: `actor-${index}`,
        at: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
        reason: `reason ${index}`,
        schemaVersion: 1,
        ...metadata,
      },
    };
    this.events.push(event);
    return event;
  }

  nextCommandId(): string {
    this.#commands += 1;
    return commandIdOf(this.#commands);
  }
}
