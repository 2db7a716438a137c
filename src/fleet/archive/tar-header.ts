import { FleetError } from '../../core/errors.js';

/** ustar's name and prefix fields. */
const nameBytes = 100;
const prefixBytes = 155;

/** Bytes of a header, and what contents are padded to. */
export const tarBlock = 512;

/** Bytes of padding after `size` bytes of contents. */
export const paddingAfter = (size: number): number => (tarBlock - (size % tarBlock)) % tarBlock;

/**
 * The one header a file has: ustar, a plain file of mode 0644, owner 0, time 0.
 * @throws FleetError when the path is none that a bundle may hold.
 */
export function encodeTarHeader(path: string, size: number): Buffer {
  const { name, prefix } = splitPath(path);
  const header = Buffer.alloc(tarBlock);
  header.write(name, 0, 'ascii');
  header.write('0000644\0', 100, 'ascii');
  header.write('0000000\0', 108, 'ascii'); // uid
  header.write('0000000\0', 116, 'ascii'); // gid
  header.write(`${octal(size, 11)}\0`, 124, 'ascii');
  header.write('00000000000\0', 136, 'ascii'); // time
  header.write(' '.repeat(8), 148, 'ascii'); // the checksum counts as blanks in itself
  header.write('0', 156, 'ascii'); // a plain file
  header.write('ustar\x0000', 257, 'ascii');
  header.write(prefix, 345, 'ascii');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, 'ascii');
  return header;
}

/**
 * Path and size of a header; null for the zeroes that end an archive. A header is accepted only as `encodeTarHeader`
 * writes it, byte for byte: no links, devices, modes, owners, extensions.
 * @throws FleetError
 */
export function decodeTarHeader(header: Buffer): { path: string; size: number } | null {
  if (header.every((byte) => byte === 0)) return null;
  const [name, prefix] = [textAt(header, 0, nameBytes), textAt(header, 345, prefixBytes)];
  const path = prefix === '' ? name : `${prefix}/${name}`;
  const sizeText = header.toString('latin1', 124, 135);
  if (!/^[0-7]{11}$/.test(sizeText)) {
    throw new FleetError(`archive: ${JSON.stringify(path)} has no valid size`);
  }
  const size = Number.parseInt(sizeText, 8);
  if (!encodeTarHeader(path, size).equals(header)) {
    throw new FleetError(`archive: ${JSON.stringify(path)} is not a plain file as archives here hold them`);
  }
  return { path, size };
}

/**
 * Where ustar puts the parts of a path.
 * @throws FleetError unless it is relative, stays below its folder, and is written in letters that every file system has.
 */
function splitPath(path: string): { name: string; prefix: string } {
  if (/^\w[\w.-]*(\/\w[\w.-]*){0,2}$/.test(path)) {
    if (path.length <= nameBytes) return { name: path, prefix: '' };
    const slash = path.lastIndexOf('/');
    const [name, prefix] = [path.slice(slash + 1), path.slice(0, Math.max(slash, 0))];
    if (name.length <= nameBytes && prefix.length <= prefixBytes) return { name, prefix };
  }
  throw new FleetError(
    `archive: ${JSON.stringify(path.slice(0, nameBytes))} is no path that is allowed: at most three names of letters, digits, "_", "." and "-", none beginning with "." or "-", and none longer than ${nameBytes}`,
  );
}

function textAt(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end === -1 ? length : end);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
