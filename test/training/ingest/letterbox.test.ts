import test from 'ava';
import { createLetterboxDetector } from '../../../src/training/ingest/letterbox.js';
import { createTexture, isInside, renderLuma } from './rendered.js';

const size = { width: 96, height: 64 };
const texture = createTexture(50, 9);

function active(frames: Uint8Array[]) {
  const detector = createLetterboxDetector(size);
  for (const luma of frames) detector.add(luma);
  return detector.active();
}

test('bars above and below are left out, with the one row where the edge rings', (t) => {
  const picture = { x: 0, y: 10, width: 96, height: 44 };
  const luma = renderLuma(size, (x, y) => (isInside(picture, x, y) ? texture(x, y) : 16));
  t.deepEqual(active([luma]), { x: 0, y: 11, width: 96, height: 42 });
});

test('a line that is black in one frame only is no bar', (t) => {
  const full = renderLuma(size, texture);
  const half = renderLuma(size, (x, y) => (y < 20 ? 16 : texture(x, y)));
  t.deepEqual(active([half, full]), { x: 0, y: 0, width: 96, height: 64 });
});

test('a black video is active everywhere', (t) => {
  t.deepEqual(active([new Uint8Array(96 * 64).fill(16)]), { x: 0, y: 0, width: 96, height: 64 });
});
