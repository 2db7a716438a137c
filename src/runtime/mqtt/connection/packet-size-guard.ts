import type { Duplex } from 'node:stream';

/**
 * Watches the fixed headers (MQTT 3.1.1, section 2.2) of what arrives on a connection, and destroys it at the first
 * packet that says it is larger than `maxBytes`: before a parser gathers it in memory.
 */
export function guardPacketSize(stream: Duplex, maxBytes: number): void {
  const tooLarge = packetSizeScanner(maxBytes);
  // a listener beside the parser's: whoever reads, by flow or by read(), every chunk passes here first
  stream.prependListener('data', (chunk: Buffer) => {
    const size = tooLarge(chunk);
    if (size === null) return;
    const error = new Error(`packet of ${size} bytes, ${maxBytes} allowed`);
    stream.destroy(Object.assign(error, { code: 'PACKET_TOO_LARGE' }));
  });
}

/** @returns a function to be fed all bytes in order; it answers the size of the first packet too large, else null. */
export function packetSizeScanner(maxBytes: number): (chunk: Uint8Array) => number | null {
  let skip = 0; // bytes of the present packet's body still to come
  let headerBytes = 0; // of the present fixed header, seen so far
  let length = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - at);
        skip -= step;
        at += step;
        continue;
      }
      const byte = chunk[at]!;
      at += 1;
      headerBytes += 1;
      if (headerBytes === 1) continue; // type and flags
      // remaining length: seven bits a byte, least significant first, four bytes at most
      length += (byte & 0x7f) * 128 ** (headerBytes - 2);
      if (length > maxBytes) return length;
      if ((byte & 0x80) !== 0 && headerBytes < 5) continue;
      skip = length;
      headerBytes = 0;
      length = 0;
    }
    return null;
  };
}
