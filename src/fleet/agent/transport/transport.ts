/** What a repository's server gave of one file. */
export interface Reply {
  /** Where the body begins; 0 when the server gives whole files only. */
  readonly from: number;
  /** Read to its end, or let go of by leaving the loop. Throws when the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Where a repository's files come from. */
export interface Transport {
  /**
   * Asks for a file, from a byte on.
   * @returns null when there is no such file.
   * @throws FleetError when it cannot be had now; the signal's reason.
   */
  get(path: string, options: { readonly from: number; readonly signal: AbortSignal }): Promise<Reply | null>;
  /** For people. */
  readonly origin: string;
}

/** A small file as a whole; null when there is none. @param mostBytes throws when it is larger */
export async function getWhole(
  transport: Transport,
  path: string,
  mostBytes: number,
  signal: AbortSignal,
  tooLarge: () => Error,
): Promise<Buffer | null> {
  const reply = await transport.get(path, { from: 0, signal });
  if (!reply) return null;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of reply.body) {
    bytes += piece.length;
    if (bytes > mostBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
