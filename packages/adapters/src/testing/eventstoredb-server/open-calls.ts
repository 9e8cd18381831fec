import type { ServerHttp2Stream } from 'node:http2';
import type { ServerInterceptor } from '@grpc/grpc-js';
import { grpc } from './protocol.ts';

/** The open calls of a node. */
export class OpenCalls {
  readonly #streams = new Set<ServerHttp2Stream>();

  /** Takes note of every call. What carries it is hidden by the types, and the only way to end it without a status. */
  readonly interceptor: ServerInterceptor = (_, call) => {
    const { stream } = call as unknown as { readonly stream: ServerHttp2Stream };
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    return new grpc.ServerInterceptingCall(call);
  };

  /** Ends every call by RST_STREAM, "no error" and no status. Resolves when the last one is closed. */
  async reset(): Promise<void> {
    const open = [...this.#streams];
    await Promise.all(open.map((stream) => new Promise<void>((resolve) => stream.close(0, resolve))));
  }
}
