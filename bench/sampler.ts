import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import {
  packedFrame,
  frameBytes,
  type Frame,
  type PixelFormat,
  pixelFormats,
} from '../src/core/image/frame.js';
import { type CropSampler, createCropSampler, type Homography } from '../src/core/image/sampler.js';

/** Milliseconds of one call, the least of many: what the code costs when nothing disturbs it. */
export interface SamplerRow {
  readonly format: PixelFormat;
  readonly frame: string;
  /** Keyed by what is done: `0.4x`: an enlarging crop, `3x`: shrunk three times ..., `warp`: turned and tilted, about 1x. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

const cropSize = 255;
const frameSizes = [
  [640, 360],
  [1920, 1080],
  [3840, 2160],
] as const;
const scales = [0.4, 1, 1.5, 2, 3, 6];

/** Times 255x255 crops out of every format and frame size; scales that need more than the frame holds are left out. */
export async function benchSampler(): Promise<SamplerRow[]> {
  const sampler = createCropSampler();
  const rows: SamplerRow[] = [];
  for (const [width, height] of frameSizes) {
    for (const format of pixelFormats) {
      rows.push(timeFrame(sampler, pictureLike(format, width, height)));
      await new Promise(setImmediate); // lets a progress display breathe
    }
  }
  return rows;
}

/** The rows as a table for people. */
export function formatSamplerRows(rows: readonly SamplerRow[]): string {
  const columns = [...scales.map((scale) => `${scale}x`), 'warp'];
  const line = (first: string, second: string, cells: readonly string[]) =>
    `${first.padEnd(10)} ${second.padEnd(8)} ${cells.map((cell) => cell.padStart(6)).join(' ')}`;
  return [
    `crop sampler, ms for ${cropSize}x${cropSize} (best of many; image pixels per crop pixel)`,
    line('frame', 'format', columns),
    ...rows.map(({ frame, format, milliseconds }) =>
      line(
        frame,
        format,
        columns.map((column) => milliseconds[column]?.toFixed(3) ?? '-'),
      ),
    ),
  ].join('\n');
}

function timeFrame(sampler: CropSampler, frame: Frame): SamplerRow {
  const { format, width, height } = frame;
  const out = new Uint8Array(3 * cropSize * cropSize);
  const cx = width / 2 + 0.3;
  const cy = height / 2 + 0.2;
  const milliseconds: Record<string, number> = {};
  for (const scale of scales) {
    const side = cropSize * scale;
    if (side > height) continue;
    milliseconds[`${scale}x`] = leastTime(() => {
      sampler.sampleCrop(frame, { cx, cy, side }, cropSize, out);
    });
  }
  const matrix = turnedAbout(cx, cy);
  milliseconds['warp'] = leastTime(() => {
    sampler.sampleWarp(frame, matrix, cropSize, out);
  });
  return { format, frame: `${width}x${height}`, milliseconds };
}

/** Turned by 0.2 and slightly tilted, so small that all of it lies in a 640x360 frame. */
function turnedAbout(x: number, y: number): Homography {
  const cos = Math.cos(0.2);
  const sin = Math.sin(0.2);
  const half = cropSize / 2;
  return [cos, -sin, x - half * (cos - sin), sin, cos, y - half * (sin + cos), 1e-6, 1e-6, 1];
}

function leastTime(work: () => void): number {
  for (let i = 0; i < 40; i++) work();
  let least = Infinity;
  for (let i = 0; i < 120; i++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** Smooth shades with a little noise: like a picture, it rarely leaves 0..255 when converted. */
function pictureLike(format: PixelFormat, width: number, height: number): Frame {
  const data = new Uint8Array(frameBytes(format, { width, height }));
  for (let i = 0; i < data.length; i++) data[i] = 120 + 50 * Math.sin(i * 0.01) + ((i * 37) % 16);
  return packedFrame(format, { width, height }, data);
}

/** `npm run bench -- sampler` */
export async function main(): Promise<void> {
  console.log(formatSamplerRows(await benchSampler()));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
