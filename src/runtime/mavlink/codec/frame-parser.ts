import { x25crc } from 'mavlink-mappings';
import {
  checksumLength,
  headerLength,
  signatureLength,
  signedFlag,
  startByte,
  type MavlinkFrame,
} from './frame.js';
import { crcExtraOf, lengthsOf } from './registry.js';

/** What was found, and what was passed over. */
export interface FrameCounts {
  frames: number;
  /** Looked like a known message, but its checksum is wrong: noise, mostly. */
  badChecksum: number;
  /** Whole packets with an incompatibility flag nobody has told us of: must not be read. */
  unknownFlags: number;
  /** Packets of messages that no dialect here has. */
  unknownMessages: number;
  /** Bytes that belong to no packet. */
  skippedBytes: number;
}

export function noFrameCounts(): FrameCounts {
  return { frames: 0, badChecksum: 0, unknownFlags: 0, unknownMessages: 0, skippedBytes: 0 };
}

/**
 * Finds packets of MAVLink 1 and 2 among bytes of a noisy line. After a false start it goes back to the byte behind it, so
 * that no good packet is lost to noise; of a good packet it never looks inside.
 */
export class FrameParser {
  readonly counts: FrameCounts;
  #rest: Buffer = Buffer.alloc(0);

  constructor(counts: FrameCounts = noFrameCounts()) {
    this.counts = counts;
  }

  /** Bytes that wait for more. */
  get waiting(): number {
    return this.#rest.length;
  }

  /** The next bytes of a stream, in pieces of any size. */
  push(chunk: Buffer): MavlinkFrame[] {
    return this.#scan(this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk, false);
  }

  /** The line has fallen silent: what waits for more will not get it, and must not hold back what stands behind it. */
  flush(): MavlinkFrame[] {
    return this.#scan(this.#rest, true);
  }

  /** A datagram: whole packets alone, nothing is kept for the next. */
  datagram(bytes: Buffer): MavlinkFrame[] {
    this.#rest = Buffer.alloc(0);
    return this.#scan(bytes, true);
  }

  #scan(bytes: Buffer, final: boolean): MavlinkFrame[] {
    const { counts } = this;
    const frames: MavlinkFrame[] = [];
    let at = 0;
    while (at < bytes.length) {
      const found = readFrame(bytes, at, final);
      if (found.kind === 'incomplete') break;
      if (found.kind === 'frame') {
        frames.push(found.frame);
        counts.frames += 1;
        at += found.frame.bytes.length;
      } else if (found.kind === 'none') {
        counts.skippedBytes += 1;
        if (found.badChecksum) counts.badChecksum += 1;
        at += 1;
      } else {
        counts[found.kind] += 1;
        at += found.length;
      }
    }
    this.#rest = Buffer.from(bytes.subarray(at)); // a copy: the chunk is the reader's
    return frames;
  }
}

type Found =
  | { readonly kind: 'frame'; readonly frame: MavlinkFrame }
  /** A packet to be passed over as a whole. */
  | { readonly kind: 'unknownFlags' | 'unknownMessages'; readonly length: number }
  | { readonly kind: 'incomplete' }
  /** No packet begins here. */
  | { readonly kind: 'none'; readonly badChecksum: boolean };

const noStart: Found = { kind: 'none', badChecksum: false };
const badChecksum: Found = { kind: 'none', badChecksum: true };
const incomplete: Found = { kind: 'incomplete' };

function readFrame(bytes: Buffer, at: number, final: boolean): Found {
  const start = bytes[at]!;
  if (start !== startByte.v1 && start !== startByte.v2) return noStart;
  const version = start === startByte.v2 ? 2 : 1;
  const header = version === 2 ? headerLength.v2 : headerLength.v1;
  const left = bytes.length - at;
  if (left < header) return final ? noStart : incomplete;

  // 1. the header: v2 has flags and a message id of three bytes
  const payloadLength = bytes[at + 1]!;
  const flags = version === 2 ? bytes[at + 2]! : 0;
  const ids = at + (version === 2 ? 4 : 2);
  const msgid = version === 2 ? bytes.readUIntLE(at + 7, 3) : bytes[at + 5]!;
  const signed = (flags & signedFlag) !== 0;
  const checked = header + payloadLength + checksumLength;
  const length = checked + (signed ? signatureLength : 0);

  // 2. what cannot be checked is a packet only where another one, or nothing, follows it
  const extra = crcExtraOf(msgid);
  if (extra === undefined) return readUnknown(bytes, at, length, final);
  // MAVLink 1 does not cut zeros: a wrong length is a false start, which need not be waited for
  if (version === 1 && !plausibleLength(msgid, payloadLength)) return noStart;
  if (left < length) return final ? noStart : incomplete;

  // 3. the checksum, over all but the start byte
  const covered = bytes.subarray(at, at + checked);
  if (x25crc(covered, 1, checksumLength, extra) !== covered.readUInt16LE(checked - checksumLength)) {
    return badChecksum;
  }
  // 4. a signature that was cut short: another packet begins where it should still last
  if (signed) {
    const cut = readWithin(bytes, at + checked, at + length, final);
    if (cut.kind === 'frame') return noStart;
    if (cut.kind === 'incomplete') return incomplete;
  }
  if ((flags & ~signedFlag) !== 0) return { kind: 'unknownFlags', length };
  return {
    kind: 'frame',
    frame: {
      version,
      msgid,
      sysid: bytes[ids + 1]!,
      compid: bytes[ids + 2]!,
      seq: bytes[ids]!,
      payload: bytes.subarray(at + header, at + header + payloadLength),
      signed,
      bytes: bytes.subarray(at, at + length),
    },
  };
}

/** A packet of a known message that begins between two places, as far as its header has come: more is not waited for. */
function readWithin(bytes: Buffer, from: number, to: number, final: boolean): Found {
  for (let at = from; at < to; at += 1) {
    const version2 = bytes[at] === startByte.v2;
    if (at + (version2 ? headerLength.v2 : headerLength.v1) > bytes.length) continue;
    const msgid = version2 ? bytes.readUIntLE(at + 7, 3) : bytes[at + 5]!;
    if (crcExtraOf(msgid) === undefined) continue;
    const found = readFrame(bytes, at, final);
    if (found.kind === 'frame' || found.kind === 'incomplete') return found;
  }
  return noStart;
}

function readUnknown(bytes: Buffer, at: number, length: number, final: boolean): Found {
  const end = at + length;
  if (bytes.length < end + 1 && !final) return incomplete;
  const next = bytes[end];
  const whole = next === startByte.v1 || next === startByte.v2 || (final && bytes.length === end);
  return whole ? { kind: 'unknownMessages', length } : noStart;
}

function plausibleLength(msgid: number, payloadLength: number): boolean {
  const lengths = lengthsOf(msgid);
  return !lengths || (payloadLength >= lengths.base && payloadLength <= lengths.full);
}
