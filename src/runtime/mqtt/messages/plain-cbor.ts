/** Deepest nesting of a message anyone has a use for. */
const maxDepth = 8;

/**
 * Whether bytes are one CBOR item (RFC 8949) of the kinds JSON has: no tags, no indefinite lengths, nothing after it, and
 * no length that promises more than is there. Said of a message from outside before it is decoded: tags make a decoder
 * build things nobody asked for, and a false length makes it reserve memory.
 */
export function isPlainCbor(bytes: Uint8Array): boolean {
  return endOfItem(bytes, 0, 0) === bytes.length;
}

/** @returns where the item that begins at `start` ends; -1 when it is not plain. */
function endOfItem(bytes: Uint8Array, start: number, depth: number): number {
  const initial = bytes[start];
  if (initial === undefined || depth > maxDepth) return -1;
  const major = initial >> 5;
  const additional = initial & 31;
  if (additional > 27) return -1; // reserved, or of indefinite length
  const argumentBytes = additional < 24 ? 0 : 1 << (additional - 24);
  let at = start + 1 + argumentBytes;
  if (at > bytes.length) return -1;
  if (major === 0 || major === 1) return at; // integers
  // false, true, null; the floats. Not undefined, nor simple values of two bytes
  if (major === 7) return (additional >= 20 && additional <= 22) || additional > 24 ? at : -1;
  const length = argumentBytes === 0 ? additional : bigEndian(bytes, start + 1, argumentBytes);
  if (length > bytes.length - at) return -1;
  if (major === 3) return at + length; // text
  if (major !== 4 && major !== 5) return -1; // byte strings, tags
  const items = major === 4 ? length : 2 * length;
  for (let item = 0; item < items && at >= 0; item += 1) at = endOfItem(bytes, at, depth + 1);
  return at;
}

function bigEndian(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index += 1) value = value * 256 + bytes[start + index]!;
  return value;
}
