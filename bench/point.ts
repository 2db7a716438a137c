/** How good the box is that grows around a tapped point: the first frames of the evaluation's sequences, tapped in the centre of the truth. */
import { join } from 'node:path';
import { iou } from '../src/core/geometry/box.js';
import type { Frame } from '../src/core/image/frame.js';
import { growBox, plainSquare } from '../src/core/selection/grow-box.js';
import { openSource } from '../src/runtime/sources/open-source.js';
import { listSequences } from '../src/training/evaluate/sequence-folder.js';
import { median } from './statistics.js';

const folder = join(import.meta.dirname, '../../../shared/data/sequences');
/** Neighbouring frames, as the live loop chooses them. */
const neighbourMs = [160, 320];

export async function main(): Promise<void> {
  const found: { readonly grown: number; readonly wider: number; readonly plain: number }[] = [];
  const times: number[] = [];
  for (const { name, input, truth } of await listSequences(folder)) {
    const [frame, ...neighbours] = await firstFrames(input);
    const target = truth[0];
    if (!frame || !target) continue;
    const point = { x: target.cx, y: target.cy };
    const start = performance.now();
    const overlaps = [0, 1, 2].map((wider) => iou(growBox({ point, frame, neighbours, wider }), target));
    times.push((performance.now() - start) / 3);
    const [grown = 0] = overlaps;
    found.push({ grown, wider: Math.max(...overlaps), plain: iou(plainSquare(point, frame), target) });
    console.log(`${name.padEnd(24)} IoU ${overlaps.map((value) => value.toFixed(2)).join('  wider ')}`);
  }
  const share = (values: readonly number[]): string => {
    const hits = values.filter((value) => value > 0.5).length;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return `${hits} of ${values.length}, mean IoU ${mean.toFixed(2)}`;
  };
  console.log(`IoU over 0.5: ${share(found.map((it) => it.grown))}; ${median(times).toFixed(0)} ms`);
  console.log(`  with up to two more taps: ${share(found.map((it) => it.wider))}`);
  console.log(`  a plain square instead: ${share(found.map((it) => it.plain))}`);
}

/** The first frame and its neighbours, as far as there are any. */
async function firstFrames(input: string): Promise<Frame[]> {
  await using source = await openSource(input);
  const { fps } = source.describe();
  const wanted = [0, ...neighbourMs.map((ms) => Math.max(1, Math.round((ms / 1000) * (fps ?? 25))))];
  const frames: Frame[] = [];
  for await (const frame of source.frames()) {
    if (wanted.includes(frame.sequence)) frames.push(copied(frame));
    frame.dispose();
    if (frame.sequence >= Math.max(...wanted)) break;
  }
  return frames;
}

/** The source's buffers go back when it is closed. */
function copied(frame: Frame): Frame {
  const planes = frame.planes.map(({ data, stride }) => ({ data: data.slice(), stride }));
  return { ...frame, planes, dispose: () => undefined };
}
