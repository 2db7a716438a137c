import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Box } from '../../core/geometry/box.js';
import { type CropRegion, templateRegion, toCrop } from '../../core/geometry/crop-region.js';
import type { Frame } from '../../core/image/frame.js';
import { createCropSampler } from '../../core/image/sampler.js';
import { createRandom, type Random } from '../../core/random.js';
import type { Tracklet } from '../data/pair-source.js';
import { palette } from '../report/palette.js';
import { writeFileAtomic } from '../stage/atomic.js';

/** A mined pair, drawn for a person to look at. */
export interface ContactPair {
  /** Picture in the round's folder: template on the left, search on the right. */
  readonly file: string;
  readonly clip: string;
  /** Stored frames of the template and of the search. */
  readonly frames: readonly [number, number];
  /** The lower grade of the two boxes: the pair's weight. */
  readonly grade: number;
}

export interface ContactSheetOptions {
  readonly tracklets: readonly Tracklet[];
  /** A frame that stays valid until the next call. */
  readonly readFrame: (clip: string, index: number) => Frame;
  /** The round's folder; pictures go to pairs/. */
  readonly out: string;
  readonly seed: number;
  /** Longest interval of a pair, in stored frames. */
  readonly maxInterval: number;
  readonly count?: number;
}

/** Side of a tile, in pixels. */
const side = 128;
/** Sides of the template and the search tile's regions, over that of a template crop with context 0.5. */
const zooms = [1, 2] as const;
const gap = 4;
/** Rare in video, and light: it stands out on skin, grass and sky. */
const lineColour = '#ffe23d';

/** Draws random mined pairs, as the fit draws them, into JPEG files. Fewer than `count` when there are no more tracklets. */
export async function drawContactSheet({
  tracklets,
  readFrame,
  out,
  seed,
  maxInterval,
  count = 48,
}: ContactSheetOptions): Promise<ContactPair[]> {
  const random = createRandom(seed);
  const chosen = shuffled(tracklets, random).slice(0, count);
  const pairs: ContactPair[] = [];
  await mkdir(join(out, 'pairs'), { recursive: true });
  for (const { clip, sightings } of chosen) {
    const template = random.pick(sightings);
    const near = sightings.filter(
      ({ frame }) => frame !== template.frame && Math.abs(frame - template.frame) <= maxInterval,
    );
    if (near.length === 0) continue;
    const search = random.pick(near);
    const tiles = [template, search].map(({ frame, box }, index) =>
      tile(readFrame(clip, frame), box, zooms[index]!),
    );
    const file = join('pairs', `${String(pairs.length).padStart(2, '0')}.jpg`);
    await writeFileAtomic(join(out, file), await sideBySide(await Promise.all(tiles)));
    pairs.push({
      file,
      clip,
      frames: [template.frame, search.frame],
      grade: Number(Math.min(template.grade, search.grade).toFixed(3)),
    });
  }
  return pairs;
}

/** The box with its surroundings; the frame is read before the first await. */
function tile(frame: Frame, box: Box, zoom: number): Promise<Buffer> {
  const region = { ...templateRegion(box, 0.5) };
  const seen: CropRegion = { ...region, side: region.side * zoom };
  const crop = new Uint8Array(3 * side * side);
  createCropSampler().sampleCrop(frame, seen, side, crop, { layout: 'hwc' });
  return sharp(crop, { raw: { width: side, height: side, channels: 3 } })
    .composite([{ input: Buffer.from(outline(toCrop(box, seen, side))) }])
    .png()
    .toBuffer();
}

/** A dark line under the coloured one: seen on any ground. */
function outline({ cx, cy, width, height }: Box): string {
  const shape = `x="${cx - width / 2}" y="${cy - height / 2}" width="${width}" height="${height}" fill="none"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
    <rect ${shape} stroke="#000" stroke-opacity="0.7" stroke-width="4"/>
    <rect ${shape} stroke="${lineColour}" stroke-width="2"/></svg>`;
}

function sideBySide(tiles: readonly Buffer[]): Promise<Buffer> {
  const width = tiles.length * side + (tiles.length - 1) * gap;
  return sharp({ create: { width, height: side, channels: 3, background: palette.panel.dark } })
    .composite(tiles.map((input, index) => ({ input, left: index * (side + gap), top: 0 })))
    .jpeg({ quality: 74 })
    .toBuffer();
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
