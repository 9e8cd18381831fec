import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testCertificate } from './certificate.ts';
import type { Control, Reply, Request } from './child.ts';
import type { Faults } from './faults.ts';
import type { Statistics } from './serving-node.ts';

export interface EventStoreDbServerOptions {
  /** How many nodes share the log; one of them leads. Default 1. */
  readonly nodes?: number;
  /** Serves TLS with a certificate of its own; see `caFile`. Default false. */
  readonly tls?: boolean;
  /** Who may connect, with their passwords. Default: everybody. The client sends credentials over TLS only. */
  readonly users?: Readonly<Record<string, string>>;
  /** In bytes, as the server counts them. Default 1 048 576. */
  readonly maxAppendSize?: number;
  /** How long an election takes, in milliseconds. Default 300. */
  readonly electionMs?: number;
}

/** A running test server. All its methods resolve when the server has done what they ask. */
export interface EventStoreDbServer {
  /** Where the client finds it; without credentials. The same for the server's whole life. */
  readonly connectionString: string;
  readonly ports: readonly number[];
  /** The certificate to trust, where the server speaks TLS. */
  readonly caFile: string | undefined;
  /** Changes what the server does wrong; what is left out stays. */
  inject(faults: Faults): Promise<void>;
  /** Writes an event as it is, whatever is in it. */
  write(
    streamName: string,
    event: {
      readonly type: string;
      readonly data: string | Uint8Array;
      readonly metadata?: string | Uint8Array;
      readonly json?: boolean;
      readonly id?: string;
    },
  ): Promise<void>;
  /** Deletes a stream for good. */
  tombstone(streamName: string): Promise<void>;
  /** Deletes a stream so that it can be begun anew. */
  delete(streamName: string): Promise<void>;
  /** What is open at present, and what came in since the start. */
  inspect(): Promise<Statistics>;
  /** Of the nodes; `undefined` while there is an election. */
  leader(): Promise<number | undefined>;
  killNode(index: number): Promise<void>;
  startNode(index: number): Promise<void>;
  freezeNode(index: number): Promise<void>;
  thawNode(index: number): Promise<void>;
  /** `kill -9` of the whole server. */
  kill(): Promise<void>;
  /**
   * `SIGTERM` of the whole server: until the time is over it is not ready for anything, and says so, except to its
   * subscriptions, which hear nothing; of each open batch call one append more is written, and answered with a time-out.
   * Then every open call is reset without a status, and the server is gone. Default 5 000 ms, as a real node.
   */
  terminate(options?: { readonly withinMs?: number }): Promise<void>;
  /** `SIGSTOP` of the whole server: connections are accepted by the kernel, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Starts again on the same ports, after a kill or killing first; with all that was acknowledged, or with nothing. */
  restart(options?: { readonly keepData?: boolean }): Promise<void>;
  /**
   * Ends every fault, thaws what is frozen, waits until what was told to stop is gone, and starts what is gone, with all
   * that was acknowledged.
   */
  recover(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a double of EventStoreDB 24.10 as a child process on the loopback: real gRPC for the real client, the
 * server's rules for appends, repeats, reads and subscriptions, and faults on request.
 *
 * **What it proves.** That a caller copes with what the client makes of the server's answers, and of their absence:
 * the double is held against answers recorded from a real node, case by case. A server stopped with SIGTERM too: not
 * ready at first, its subscriptions silent, then every call reset without a status.
 *
 * **What it does not prove.** It shares the generated code with the client, so a fault in that would cancel out. It is
 * one log in one process: no replication, no truncation after an election, no scavenging, no `$maxAge`, no access
 * control lists, no persistent subscriptions, no projections. A frozen node of several still answers pings. A server that
 * stops says that it is not ready for as long as it has, and takes connections; a node refuses them, and leaves appends
 * unanswered, from about a second on until it resets them. Run the same tests against a real server for all that.
 */
export const startEventStoreDbServer = async (options: EventStoreDbServerOptions = {}): Promise<EventStoreDbServer> => {
  const directory = await mkdtemp(join(tmpdir(), 'eventstoredb-server-'));
  const file = join(directory, 'log.jsonl');
  const tls = options.tls ?? false;
  const caFile = tls ? join(directory, 'ca.pem') : undefined;
  if (caFile !== undefined) await writeFile(caFile, testCertificate);
  const start = (ports: readonly number[]): Promise<ServerProcess> =>
    ServerProcess.start({
      ports,
      file,
      tls,
      ...(options.users === undefined ? {} : { users: options.users }),
      maxAppendSize: options.maxAppendSize ?? 1_048_576,
      electionMs: options.electionMs ?? 300,
    });
  let server = await start(Array.from({ length: options.nodes ?? 1 }, () => 0));
  const { ports } = server;
  let terminated = Promise.resolve();
  const call = <M extends keyof Control>(method: M, ...args: Parameters<Control[M]>) =>
    server.call(method, args) as Promise<Awaited<ReturnType<Control[M]>>>;
  const close = async (): Promise<void> => {
    await server.kill();
    await rm(directory, { recursive: true, force: true });
  };
  const host = tls ? 'localhost' : '127.0.0.1'; // TLS is for names
  const security = caFile === undefined ? 'tls=false' : `tlsCAFile=${encodeURIComponent(caFile)}`;
  return {
    connectionString: `esdb://${ports.map((port) => `${host}:${port}`).join(',')}?${security}`,
    ports,
    caFile,
    inject: (faults) => call('inject', faults),
    write: (streamName, { type, data, metadata = '', json = true, id = crypto.randomUUID() }) =>
      call('write', streamName, [
        {
          id,
          type,
          contentType: json ? 'application/json' : 'application/octet-stream',
          data: Buffer.from(data),
          metadata: Buffer.from(metadata),
        },
      ]),
    tombstone: (streamName) => call('tombstone', streamName),
    delete: (streamName) => call('delete', streamName),
    inspect: () => call('inspect'),
    leader: () => call('leader'),
    killNode: (index) => call('killNode', index),
    startNode: (index) => call('startNode', index),
    freezeNode: (index) => call('freezeNode', index),
    thawNode: (index) => call('thawNode', index),
    kill: () => server.kill(),
    terminate: ({ withinMs = 5_000 } = {}) => {
      const stopping = server;
      terminated = call('terminate', withinMs).then(
        () => stopping.kill(),
        () => undefined, // killed meanwhile, it is gone as well
      );
      return terminated;
    },
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
    restart: async ({ keepData = true } = {}) => {
      await server.kill();
      if (!keepData) await rm(file, { force: true });
      server = await start(ports);
    },
    recover: async () => {
      server.signal('SIGCONT');
      await terminated;
      if (server.hasEnded) server = await start(ports);
      else await call('recover');
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};

/** In a source tree the child is TypeScript, in a package JavaScript. */
const childFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url),
);

class ServerProcess {
  readonly ports: readonly number[];
  readonly #child: ChildProcess;
  readonly #pending: Map<number, PromiseWithResolvers<unknown>>;
  #nextId = 1;

  constructor(child: ChildProcess, pending: Map<number, PromiseWithResolvers<unknown>>, ports: readonly number[]) {
    this.#child = child;
    this.#pending = pending;
    this.ports = ports;
  }

  static async start(options: Extract<Request, { start: unknown }>['start']): Promise<ServerProcess> {
    const child = fork(childFile, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const pending = new Map<number, PromiseWithResolvers<unknown>>();
    child.on('message', ({ id, result, error }: Reply) => {
      const waiting = pending.get(id);
      pending.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    child.on('exit', () => {
      for (const waiting of pending.values()) waiting.reject(new Error('The test server has ended.'));
      pending.clear();
    });
    const started = Promise.withResolvers<unknown>();
    pending.set(0, started);
    child.send({ id: 0, start: options } satisfies Request);
    return new ServerProcess(child, pending, (await started.promise) as readonly number[]);
  }

  call(method: keyof Control, args: readonly unknown[]): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    const id = this.#nextId++;
    this.#pending.set(id, answer);
    this.#child.send({ id, method, args } satisfies Request);
    return answer.promise;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.hasEnded) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
