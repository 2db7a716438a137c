import test from 'ava';
import { packedPlanes } from '../../../src/core/image/frame.js';
import type { SimulatedFormat } from '../../../src/core/simulation/options.js';
import { createSimulation } from '../../../src/core/simulation/simulation.js';
import { renderFrame } from './support/pixels.js';

const size = { width: 171, height: 97 }; // odd sides: the last chroma column and row have half the pixels

const render = (format: SimulatedFormat): Uint8Array =>
  renderFrame(createSimulation({ seed: 8, size, format, noise: 0, blur: 0 }));

test('gray8 is the full-range luma of rgb24', (t) => {
  const [rgb, grey] = [render('rgb24'), render('gray8')];
  t.is(grey.length, size.width * size.height);
  let worst = 0;
  for (let i = 0; i < grey.length; i++) {
    const luma = 0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!;
    // a saturated channel is cut off in rgb24 before it can count in the luma
    if (Math.max(rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!) === 255) continue;
    worst = Math.max(worst, Math.abs(luma - grey[i]!));
  }
  t.true(worst <= 2.5, `${worst}`);
});

test('yuv420p is rgb24 in studio-range BT.601, chroma averaged over 2x2', (t) => {
  const [rgb, yuv] = [render('rgb24'), render('yuv420p')];
  const [planeY, planeU, planeV] = packedPlanes('yuv420p', size, yuv);
  let [worstLuma, worstU, worstV] = [0, 0, 0];
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const [r, g, b] = pixel(rgb, x, y);
      const luma = 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
      worstLuma = Math.max(worstLuma, Math.abs(luma - planeY!.data[y * planeY!.stride + x]!));
    }
  }
  for (let y = 0; y < size.height; y += 2) {
    for (let x = 0; x < size.width; x += 2) {
      const [r, g, b] = meanOfBlock(rgb, x, y);
      const at = (y >> 1) * planeU!.stride + (x >> 1);
      const u = 128 + (-37.797 * r - 74.203 * g + 112 * b) / 255;
      const v = 128 + (112 * r - 93.786 * g - 18.214 * b) / 255;
      worstU = Math.max(worstU, Math.abs(u - planeU!.data[at]!));
      worstV = Math.max(worstV, Math.abs(v - planeV!.data[at]!));
    }
  }
  t.true(worstLuma <= 2 && worstU <= 2 && worstV <= 2, `${worstLuma} ${worstU} ${worstV}`);
});

function pixel(rgb: Uint8Array, x: number, y: number): [number, number, number] {
  const i = 3 * (y * size.width + x);
  return [rgb[i]!, rgb[i + 1]!, rgb[i + 2]!];
}

function meanOfBlock(rgb: Uint8Array, left: number, top: number): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let y = top; y < Math.min(size.height, top + 2); y++) {
    for (let x = left; x < Math.min(size.width, left + 2); x++) {
      pixel(rgb, x, y).forEach((value, c) => (sum[c]! += value));
      count++;
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}
