import { setTimeout as delay } from 'node:timers/promises';
import type { Server } from '@grpc/grpc-js';
import { type Faults, FaultInjector } from './faults.ts';
import { Log, type ProposedEvent } from './log.ts';
import { startNode } from './node.ts';
import type { OpenCalls } from './open-calls.ts';
import type { ServingNode, Statistics } from './serving-node.ts';

/** How a cluster of doubles is laid out. */
export interface ClusterOptions {
  /** One port a node; 0 lets the system choose. */
  readonly ports: readonly number[];
  readonly file?: string;
  readonly tls: boolean;
  readonly users?: Readonly<Record<string, string>>;
  readonly maxAppendSize: number;
  /** How long it takes until another node leads. */
  readonly electionMs: number;
}

interface NodeState {
  port: number;
  server: Server | undefined;
  calls: OpenCalls | undefined;
  frozen: boolean;
}

/**
 * One to three nodes in one process, on one log, with one of them the leader.
 *
 * As they share the log, every write is replicated at once; a follower forwards appends by writing them itself.
 */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #log: Log;
  readonly #faults = new FaultInjector();
  readonly #statistics: Statistics = {
    openReads: 0,
    openSubscriptions: 0,
    openBatches: 0,
    batchAppends: 0,
    classicAppends: 0,
    reads: 0,
    secondAnswers: 0,
  };
  readonly #nodes: NodeState[];
  #leader: number | undefined = 0;
  #stopping = false;
  #changed = Promise.withResolvers<void>();

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#log = new Log(options.file);
    this.#nodes = options.ports.map((port) => ({ port, server: undefined, calls: undefined, frozen: false }));
  }

  /** @returns the ports, in the order of the nodes */
  async start(): Promise<readonly number[]> {
    for (const index of this.#nodes.keys()) await this.startNode(index);
    return this.#nodes.map((node) => node.port);
  }

  async startNode(index: number): Promise<void> {
    const node = this.#node(index);
    const { server, port, calls } = await startNode(this.#servingNode(index, node), {
      port: node.port,
      tls: this.#options.tls,
      members: () =>
        this.#nodes.map((member, at) => ({
          port: member.port,
          alive: member.server !== undefined && !member.frozen,
          leader: at === this.#leader,
        })),
    });
    node.server = server;
    node.calls = calls;
    node.port = port;
    if (this.#leader === undefined) this.#elect();
    this.#tellChange();
  }

  /** As `kill -9`: all its calls break at once. Another node leads after the election. */
  killNode(index: number): void {
    const node = this.#node(index);
    node.server?.forceShutdown();
    node.server = undefined;
    this.#leaveOffice(index);
  }

  /** As `SIGSTOP`: its calls hear nothing more, new ones neither. Unlike with a signal, pings are still answered. */
  freezeNode(index: number): void {
    this.#node(index).frozen = true;
    this.#leaveOffice(index);
    this.#tellChange();
  }

  thawNode(index: number): void {
    this.#node(index).frozen = false;
    if (this.#leader === undefined) this.#elect();
    this.#tellChange();
  }

  /** As `SIGTERM`: is ready for nothing more. Resolves when after this time all open calls have been reset. */
  async terminate(withinMs: number): Promise<void> {
    this.#stopping = true;
    await delay(withinMs);
    await Promise.all(this.#nodes.flatMap(({ calls }) => (calls === undefined ? [] : [calls.reset()])));
  }

  /** Ends all faults, thaws and starts all nodes. */
  async recover(): Promise<void> {
    this.#faults.clear();
    for (const [index, node] of this.#nodes.entries()) {
      node.frozen = false;
      if (node.server === undefined) await this.startNode(index);
    }
    this.#elect();
    this.#tellChange();
  }

  leader(): number | undefined {
    return this.#leader;
  }

  inject(faults: Faults): void {
    this.#faults.inject(faults);
    this.#tellChange();
  }

  /** Writes as the server itself, past all checks of form. */
  write(streamName: string, events: readonly ProposedEvent[]): void {
    this.#log.append(streamName, 'any', events);
  }

  /** Deletes a stream for good, as an operator would. */
  tombstone(streamName: string): void {
    this.#log.tombstone(streamName, 'any');
  }

  /** Deletes a stream so that it can be begun anew. */
  delete(streamName: string): void {
    this.#log.delete(streamName, 'any');
  }

  inspect(): Statistics {
    return { ...this.#statistics };
  }

  #node(index: number): NodeState {
    const node = this.#nodes[index];
    if (node === undefined) throw new RangeError(`There is no node ${index}.`);
    return node;
  }

  #leaveOffice(index: number): void {
    if (this.#leader !== index) return;
    this.#leader = undefined;
    setTimeout(() => this.#elect(), this.#options.electionMs).unref();
  }

  #elect(): void {
    if (this.#leader !== undefined) return;
    const candidate = this.#nodes.findIndex((node) => node.server !== undefined && !node.frozen);
    this.#leader = candidate === -1 ? undefined : candidate;
    this.#tellChange();
  }

  #tellChange(): void {
    const changed = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    changed.resolve();
  }

  #servingNode(index: number, node: NodeState): ServingNode {
    return {
      log: this.#log,
      faults: this.#faults,
      statistics: this.#statistics,
      users: this.#options.users,
      maxAppendSize: this.#options.maxAppendSize,
      isLeader: () => this.#leader === index,
      leader: () => {
        const leader = this.#leader === undefined ? undefined : this.#nodes[this.#leader];
        return leader === undefined ? undefined : { host: '127.0.0.1', port: leader.port };
      },
      isStopping: () => this.#stopping,
      isHeld: () => node.frozen,
      readsAreHeld: () => this.#faults.current.stallReads === true,
      whenChanged: () => this.#changed.promise,
    };
  }
}
