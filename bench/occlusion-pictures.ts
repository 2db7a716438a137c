/**
 * Shows what the occlusion bench does to pictures: `node dist/bench/occlusion-pictures.js --only otb_bolt [--sequences DIR]
 * [--occlude patch:15,cut:15] [--seed N] [--out FILE.png]`. One row a case, from before the cover to after it, the truth
 * drawn in green (dashed while it is covered).
 */
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { boxToCorner } from '../src/core/geometry/box.js';
import type { Frame } from '../src/core/image/frame.js';
import { createCropSampler } from '../src/core/image/sampler.js';
import { IdentityTracker } from '../src/core/tracking/identity-tracker.js';
import { openSource } from '../src/runtime/sources/open-source.js';
import { listSequences } from '../src/training/evaluate/index.js';
import {
  defaultDisturbances,
  type OcclusionCase,
  parseDisturbances,
  runCases,
} from '../src/training/occlude/index.js';
import { phaseOf } from '../src/training/occlude/occlusion-case.js';

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '../shared/data/sequences' },
    only: { type: 'string' },
    occlude: { type: 'string' },
    seed: { type: 'string', default: '1' },
    side: { type: 'string', default: '160' },
    out: { type: 'string', default: '/tmp/occlusions.png' },
  },
});

const side = Number(values.side);
const sampler = createCropSampler();
const rows: Buffer[][] = [];
for (const sequence of await listSequences(values.sequences, { only: values.only?.split(',') })) {
  const pending: Promise<{ one: OcclusionCase; index: number; tile: Buffer }>[] = [];
  await runCases(sequence, {
    disturbances:
      values.occlude === undefined ? defaultDisturbances : parseDisturbances(values.occlude, '--occlude'),
    seed: Number(values.seed),
    createTracker: () => new IdentityTracker(),
    openSequence: (path) => openSource(path),
    onShown: (one, index, shown) => {
      if (wanted(one).includes(index)) {
        const crop = cropAround(one, index, shown);
        pending.push(draw(one, index, crop).then((tile) => ({ one, index, tile })));
      }
    },
  });
  const tiles = await Promise.all(pending);
  for (const one of new Set(tiles.map((tile) => tile.one))) {
    rows.push(tiles.filter((tile) => tile.one === one).map(({ tile }) => tile));
  }
}

const columns = Math.max(...rows.map((row) => row.length));
await sharp({
  create: { width: columns * side, height: rows.length * side, channels: 3, background: '#222' },
})
  .composite(rows.flatMap((row, y) => row.map((input, x) => ({ input, left: x * side, top: y * side }))))
  .png()
  .toFile(values.out);
console.log(`${rows.length} cases in ${values.out}`);

/** Frames of a case worth a look. */
function wanted({ from, to, first, end }: OcclusionCase): number[] {
  const middle = Math.floor((from + to) / 2);
  const all = [from - 6, from - 2, from - 1, from, middle, to - 1, to, to + 1, to + 4, to + 8];
  return [...new Set(all)].filter((index) => index >= first && index < end);
}

function cropAround(one: OcclusionCase, index: number, shown: Frame): { pixels: Uint8Array; scale: number } {
  const { cx, cy, width, height } = one.truth[index - one.first]!;
  const region = { cx, cy, side: Math.min(4 * Math.max(width, height), 1.2 * shown.width) };
  const pixels = new Uint8Array(3 * side * side);
  sampler.sampleCrop(shown, region, side, pixels, { layout: 'hwc' });
  return { pixels, scale: side / region.side };
}

function draw(
  one: OcclusionCase,
  index: number,
  { pixels, scale }: { pixels: Uint8Array; scale: number },
): Promise<Buffer> {
  const { width, height } = one.truth[index - one.first]!;
  const { x, y } = boxToCorner({
    cx: side / 2,
    cy: side / 2,
    width: width * scale,
    height: height * scale,
  });
  const phase = phaseOf(one, index);
  const dash = phase === 'covered' ? ' stroke-dasharray="4 4"' : '';
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">` +
    `<rect x="${x}" y="${y}" width="${width * scale}" height="${height * scale}" fill="none" stroke="#1fae6b"${dash}/>` +
    `<text x="4" y="12" font-size="11" font-family="sans-serif" fill="#fff" stroke="#000" stroke-width="2" paint-order="stroke">` +
    `${one.kind} ${one.level} ${index - one.from} ${phase}</text></svg>`;
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toBuffer();
}
