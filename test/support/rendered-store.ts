import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { type Box, boxToCorner, type Size } from '../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../src/core/image/frame.js';
import { MemorySource } from '../../src/core/ports/memory/memory-source.js';
import { createRandom } from '../../src/core/random.js';
import { createSimulation } from '../../src/core/simulation/simulation.js';
import { ingest } from '../../src/training/ingest/ingest.js';

export const renderedSize = { width: 160, height: 96 };

/** Clips of the rendered store, by what they show. */
export const renderedClips = {
  /** 10 simulated frames. */
  flight: 'video-flight',
  /** 8 frames of squares that move over a speckled ground. */
  squares: 'video-squares',
  /** 12 frames: a cut to another scene before frame 6. */
  cut: 'video-cut',
} as const;

export interface RenderedStore {
  /** The frame store. */
  readonly dir: string;
  /** A folder for the test's own files, beside it. */
  readonly scratch: string;
  /** Removes both. */
  remove(): Promise<void>;
}

/** A frame store of three clips and two images, made by the real ingest from pictures drawn here; make it once a test file. */
export async function makeRenderedStore(): Promise<RenderedStore> {
  const root = await mkdtemp(join(tmpdir(), 'tagalong-store-'));
  const [videos, images, dir, scratch] = ['videos', 'images', 'store', 'scratch'].map((name) =>
    join(root, name),
  ) as [string, string, string, string];
  for (const folder of [videos, images, scratch]) await mkdir(folder);
  const films: Record<string, () => Frame[]> = {
    flight: () => simulatedFrames(10),
    squares: () => drawnFrames(8, 1),
    cut: () => [...drawnFrames(6, 2), ...drawnFrames(6, 3)],
  };
  // ingest looks for files; what is in them comes from memory
  for (const name of Object.keys(films)) await writeFile(join(videos, `${name}.mp4`), name);
  for (const seed of [4, 5]) await writePng(join(images, `${seed}.png`), drawnFrames(1, seed)[0]!);
  await ingest({
    videos,
    images,
    out: dir,
    threads: 0,
    maxFramesPerClip: 16,
    longSide: 160,
    openVideo: (path) =>
      Promise.resolve(new MemorySource(films[basename(path, '.mp4')]!(), { uri: path, fps: 10 })),
  });
  return { dir, scratch, remove: () => rm(root, { recursive: true, force: true }) };
}

/** Frames of the simulated flight, a tenth of a second apart. */
export function simulatedFrames(count: number, options: { seed?: number; size?: Size } = {}): Frame[] {
  return simulatedFlight(count, options).map(({ frame }) => frame);
}

/** The same with the target's box; null where it is out of sight. */
export function simulatedFlight(
  count: number,
  { seed = 3, size = renderedSize }: { seed?: number; size?: Size } = {},
): { frame: Frame; box: Box | null }[] {
  const simulation = createSimulation({ seed, size, scenario: 'calm' });
  return Array.from({ length: count }, (_, sequence) => {
    simulation.step(0.1);
    const data = new Uint8Array(simulation.frameBytes);
    simulation.render(data);
    return { frame: packedFrame('rgb24', size, data, { sequence }), box: simulation.truth().box };
  });
}

/** Three plain squares in colours of the seed, moving on straight lines over speckled ground. */
export function drawnFrames(count: number, seed: number): Frame[] {
  const random = createRandom(seed);
  const ground = [0, 1, 2].map(() => random.below(160));
  const speckle = Uint8Array.from({ length: renderedSize.width * renderedSize.height }, () =>
    random.below(24),
  );
  const squares = Array.from({ length: 3 }, (_, index) => ({
    colour: [0, 1, 2].map(() => 90 + random.below(166)),
    speed: { x: random.uniform(-2, 2), y: random.uniform(-1, 1) },
    box: {
      cx: 30 + 48 * index,
      cy: random.uniform(32, 64),
      width: random.uniform(16, 30),
      height: random.uniform(16, 30),
    },
  }));
  return Array.from({ length: count }, (_, sequence) => {
    const data = Uint8Array.from({ length: speckle.length * 3 }, (__, i) => {
      return ground[i % 3]! + speckle[Math.floor(i / 3)]!;
    });
    for (const { box, colour, speed } of squares) {
      const moved = { ...box, cx: box.cx + sequence * speed.x, cy: box.cy + sequence * speed.y };
      fillBox(data, renderedSize.width, moved, colour);
    }
    return packedFrame('rgb24', renderedSize, data, { sequence });
  });
}

/** Writes an rgb24 frame. */
export async function writePng(path: string, { width, height, planes }: Frame): Promise<void> {
  await sharp(planes[0]!.data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
}

/** Paints the pixels whose centres lie in the box. */
export function fillBox(rgb: Uint8Array, width: number, box: Box, colour: readonly number[]): void {
  const corner = boxToCorner(box);
  const rows = rgb.length / 3 / width;
  for (
    let y = Math.max(0, Math.round(corner.y));
    y < Math.min(rows, Math.round(corner.y + box.height));
    y += 1
  ) {
    for (
      let x = Math.max(0, Math.round(corner.x));
      x < Math.min(width, Math.round(corner.x + box.width));
      x += 1
    )
      rgb.set(colour, (y * width + x) * 3);
  }
}
