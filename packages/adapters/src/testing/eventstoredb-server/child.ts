// The process of the test server: does what its parent asks over the channel, and ends with it.
import { Cluster, type ClusterOptions } from './cluster.ts';

/** What the parent may call, by name. */
export type Control = Pick<
  Cluster,
  | 'inject'
  | 'write'
  | 'tombstone'
  | 'delete'
  | 'inspect'
  | 'killNode'
  | 'freezeNode'
  | 'thawNode'
  | 'startNode'
  | 'leader'
  | 'terminate'
  | 'recover'
>;

export type Request =
  | { readonly id: number; readonly start: ClusterOptions }
  | { readonly id: number; readonly method: keyof Control; readonly args: readonly unknown[] };

export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

let cluster: Cluster | undefined;

const perform = async (request: Request): Promise<unknown> => {
  if ('start' in request) {
    cluster = new Cluster(request.start);
    return cluster.start();
  }
  if (cluster === undefined) throw new Error('The test server has not been started.');
  const method = cluster[request.method] as (...args: readonly unknown[]) => unknown;
  return method.apply(cluster, request.args as unknown[]);
};

process.on('message', (request: Request) => {
  void perform(request).then(
    (result) => process.send?.({ id: request.id, result } satisfies Reply),
    (error: unknown) => process.send?.({ id: request.id, error: String(error) } satisfies Reply),
  );
});
process.on('disconnect', () => process.exit());
