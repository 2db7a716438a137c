import { SourceError } from '../../core/errors.js';

/** What a fragmented MP4 (ISO/IEC 14496-12) is made of: one head, then fragments that stand for themselves. */
export type Mp4Part =
  | { readonly kind: 'head'; readonly bytes: Buffer }
  | {
      readonly kind: 'fragment';
      readonly bytes: Buffer;
      /** When each of its pictures is shown, in the track's own units since the first picture of all. */
      readonly times: readonly number[];
      /** Begins with a picture that needs no other: a file may begin here. */
      readonly keyframe: boolean;
    };

interface FragmentFacts {
  readonly times: readonly number[];
  readonly keyframe: boolean;
}

/** Cuts the output of `ffmpeg -f mp4 -movflags empty_moov` into its parts, as it comes. */
export class Mp4Splitter {
  #rest: Buffer = Buffer.alloc(0);
  #collected: Buffer[] = [];
  #fragment: FragmentFacts | null = null;

  /** @throws SourceError when this is no fragmented MP4. */
  push(chunk: Buffer): Mp4Part[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const parts: Mp4Part[] = [];
    while (this.#rest.length >= 8) {
      const size = this.#rest.readUInt32BE(0);
      if (size < 8) throw new SourceError(`recording: box of ${size} bytes in the encoder's output`);
      if (this.#rest.length < size) break;
      const box = this.#rest.subarray(0, size);
      this.#rest = this.#rest.subarray(size);
      const part = this.#take(box);
      if (part) parts.push(part);
    }
    return parts;
  }

  #take(box: Buffer): Mp4Part | null {
    const type = typeOf(box, 0);
    this.#collected.push(box);
    if (type === 'moof') this.#fragment = readMovieFragment(box);
    if (type === 'moov') return { kind: 'head', bytes: this.#flush() };
    if (type !== 'mdat' || !this.#fragment) return null;
    const part = { kind: 'fragment', bytes: this.#flush(), ...this.#fragment } as const;
    this.#fragment = null;
    return part;
  }

  #flush(): Buffer {
    return Buffer.concat(this.#collected.splice(0));
  }
}

/** Times of a fragment count from the encoder's start; this makes them count from `baseTime`. In place. */
export function rebaseFragment(bytes: Buffer, baseTime: bigint): void {
  const decodeTime = find(bytes, ['moof', 'traf', 'tfdt']);
  if (decodeTime?.readUInt8(8) === 1) {
    decodeTime.writeBigUInt64BE(decodeTime.readBigUInt64BE(12) - baseTime, 12);
  }
}

/** When a fragment begins, in the track's own units; 0 when it does not say. */
export function fragmentTime(bytes: Buffer): bigint {
  const decodeTime = find(bytes, ['moof', 'traf', 'tfdt']);
  return decodeTime?.readUInt8(8) === 1 ? decodeTime.readBigUInt64BE(12) : 0n;
}

function readMovieFragment(moof: Buffer): FragmentFacts {
  const run = find(moof, ['moof', 'traf', 'trun']);
  const header = find(moof, ['moof', 'traf', 'tfhd']);
  if (!run || !header) throw new SourceError("recording: fragment without pictures in the encoder's output");
  const flags = firstSampleFlags(run) ?? headerField(header, 0x20) ?? 0;
  const notSync = 0x10000; // sample_is_non_sync_sample
  let time = Number(fragmentTime(moof));
  const times = sampleDurations(run, headerField(header, 0x8) ?? 0).map((duration) => {
    time += duration;
    return time - duration;
  });
  return { times, keyframe: (flags & notSync) === 0 };
}

/** trun: version and flags, sample count, what the flags announce, then for every sample what the flags announce. */
function sampleDurations(run: Buffer, otherwise: number): number[] {
  const present = run.readUInt32BE(8) & 0xffffff;
  const first = 16 + (present & 0x1 ? 4 : 0) + (present & 0x4 ? 4 : 0);
  const perSample = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => present & flag).length;
  return Array.from({ length: run.readUInt32BE(12) }, (_, index) =>
    present & 0x100 ? run.readUInt32BE(first + index * perSample) : otherwise,
  );
}

/** Those of the first sample, where the run has any. */
function firstSampleFlags(run: Buffer): number | null {
  const present = run.readUInt32BE(8) & 0xffffff;
  const afterOffset = 16 + (present & 0x1 ? 4 : 0);
  if (present & 0x4) return run.readUInt32BE(afterOffset);
  if (!(present & 0x400) || run.readUInt32BE(12) === 0) return null;
  return run.readUInt32BE(afterOffset + (present & 0x100 ? 4 : 0) + (present & 0x200 ? 4 : 0));
}

/** tfhd: version and flags, track, then the fields the flags announce, in the order of their bits; the first has 8 bytes. */
function headerField(header: Buffer, wanted: 0x8 | 0x20): number | null {
  const present = header.readUInt32BE(8) & 0xffffff;
  if (!(present & wanted)) return null;
  const before = [0x1, 0x2, 0x8, 0x10].filter((flag) => flag < wanted && present & flag);
  return header.readUInt32BE(16 + before.reduce((sum, flag) => sum + (flag === 0x1 ? 8 : 4), 0));
}

/** The first box on a path of types, with its head; `bytes` is a row of boxes. */
function find(bytes: Buffer, [wanted, ...deeper]: readonly string[]): Buffer | null {
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    if (size < 8) return null;
    const box = bytes.subarray(at, at + size);
    if (typeOf(box, 0) === wanted) return deeper.length === 0 ? box : find(box.subarray(8), deeper);
    at += size;
  }
  return null;
}

function typeOf(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at + 4, at + 8);
}
