import { CommandLineError } from './command-line-error.ts';

/**
 * Decodes UTF-8 piece by piece, without the byte-order mark that it may begin with. Of bytes that are no UTF-8 nothing is
 * guessed: different bytes would become the same text.
 *
 * @param source - named where it is refused; nothing in it is
 * @throws CommandLineError at the first piece that is no UTF-8, or at the end where a character is cut off
 */
export async function* decodeUtf8(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  source: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (piece?: Uint8Array): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch (error) {
      throw new CommandLineError(`${source} is not UTF-8.`, 1, { cause: error });
    }
  };
  for await (const piece of pieces) yield decode(piece);
  yield decode();
}
