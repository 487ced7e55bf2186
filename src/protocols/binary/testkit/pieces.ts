/**
 * The bytes in pieces, each of which loses its memory when the next one is asked for, as those of a request's body do. `cuts` are
 * the places where one ends.
 */
export async function* fleetingPieces(bytes: Uint8Array, cuts: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    const piece = Uint8Array.from(bytes.subarray(start, end));
    yield piece;
    piece.buffer.transfer(0);
    start = end;
  }
}

/** All of it, copied before the next piece is asked for. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of source) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
