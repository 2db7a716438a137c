import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import sharp from 'sharp';
import { type Box, boxFromCorner, boxToCorner } from '../../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../../src/core/image/frame.js';
import type { Track, TrackState } from '../../../../src/core/tracking/track.js';
import type { Tracker } from '../../../../src/core/tracking/tracker.js';
import { formatBoxes } from '../../../../src/training/evaluate/ground-truth.js';

export const size = { width: 64, height: 48 };

/** A square of 16 px that moves 2 px a frame to the right. */
export function movingSquare(frames: number): Box[] {
  return Array.from({ length: frames }, (_, index) =>
    boxFromCorner({ x: 4 + 2 * index, y: 12, width: 16, height: 16 }),
  );
}

export function shifted(box: Box, byX: number): Box {
  return { ...box, cx: box.cx + byX };
}

/** Grey ground with a light square. */
export function drawFrame(box: Box | null, sequence: number): Frame {
  return packedFrame('gray8', size, drawPixels(box), { sequence, capturedAtNs: BigInt(sequence) });
}

/** A folder that goes when the test ends. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-evaluate-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** `NAME/{frames/*.png, groundtruth.txt}`. */
export async function writeSequence(
  root: string,
  name: string,
  truth: readonly (Box | null)[],
  { frames = truth.length, text = formatBoxes(truth) }: { frames?: number; text?: string } = {},
): Promise<void> {
  const folder = join(root, name, 'frames');
  await mkdir(folder, { recursive: true });
  await writeFile(join(root, name, 'groundtruth.txt'), text);
  for (let index = 0; index < frames; index += 1) {
    const raw = { ...size, channels: 1 } as const;
    await sharp(drawPixels(truth[index] ?? null), { raw })
      .png()
      .toFile(join(folder, `${String(index).padStart(4, '0')}.png`));
  }
}

export interface ScriptedAnswer {
  readonly state: TrackState;
  readonly box: Box | null;
}

/** Answers frame `n` after the init with `script[n]`, the init with its own box. */
export class ScriptedTracker implements Tracker {
  readonly #script: readonly ScriptedAnswer[];
  readonly initialised: Box[] = [];
  disposed = false;
  #next = 0;

  constructor(script: readonly ScriptedAnswer[]) {
    this.#script = script;
  }

  init(frame: Frame, box: Box): Promise<Track> {
    this.initialised.push(box);
    return Promise.resolve(track(frame, { state: 'tracking', box }));
  }

  update(frame: Frame): Promise<Track> {
    const answer = this.#script[this.#next] ?? { state: 'lost', box: null };
    this.#next += 1;
    return Promise.resolve(track(frame, answer));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    this.disposed = true;
    return Promise.resolve();
  }
}

function track(frame: Frame, { state, box }: ScriptedAnswer): Track {
  const { sequence, capturedAtNs, width, height } = frame;
  return {
    state,
    box,
    confidence: box === null ? 0 : 1,
    velocity: null,
    frame: { sequence, capturedAtNs, width, height },
    target: 1,
  };
}

function drawPixels(box: Box | null): Uint8Array {
  const pixels = new Uint8Array(size.width * size.height).fill(70);
  if (box === null) return pixels;
  const { x, y, width, height } = boxToCorner(box);
  for (let row = y; row < y + height; row += 1) {
    pixels.fill(220, row * size.width + x, row * size.width + Math.min(x + width, size.width));
  }
  return pixels;
}
