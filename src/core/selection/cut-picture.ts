import { clamp, type CornerBox } from '../geometry/box.js';
import type { Frame } from '../image/frame.js';
import { type Component, frameComponents } from '../image/sampling/components.js';
import type { YuvImage } from '../objectness/yuv-image.js';

/**
 * Cuts a part of a frame in any format out as a YUV picture `scale` times smaller: its point p shows the image's point
 * `area + scale * p`. Where it is made smaller a luma sample is the mean of four, a chroma sample stands for itself.
 */
export function cutPicture(frame: Frame, area: CornerBox, scale: number): YuvImage {
  const width = Math.max(2, Math.floor(area.width / scale));
  const height = Math.max(2, Math.floor(area.height / scale));
  const [halfWidth, halfHeight] = [(width + 1) >> 1, (height + 1) >> 1];
  const luma = new Uint8Array(width * height);
  const u = new Uint8Array(halfWidth * halfHeight).fill(128);
  const v = new Uint8Array(halfWidth * halfHeight).fill(128);
  const { model, components } = frameComponents(frame);
  const at = (component: Component, x: number, y: number): number => {
    const column = clamp(Math.floor((x * component.width) / frame.width), 0, component.width - 1);
    const row = clamp(Math.floor((y * component.height) / frame.height), 0, component.height - 1);
    return component.data[component.start + row * component.stride + column * component.step]!;
  };
  const [first, second, third] = components as readonly [Component, Component?, Component?];
  const lumaAt = (x: number, y: number): number =>
    model === 'rgb'
      ? 0.299 * at(first, x, y) + 0.587 * at(second!, x, y) + 0.114 * at(third!, x, y)
      : at(first, x, y);
  // at scale 1 the four samples are one and the same
  const offsets = scale > 1.01 ? [0.25, 0.75] : [0.5];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const dy of offsets) {
        for (const dx of offsets) sum += lumaAt(area.x + (x + dx) * scale, area.y + (y + dy) * scale);
      }
      luma[y * width + x] = sum / offsets.length ** 2 + 0.5;
    }
  }
  if (model !== 'grey') {
    for (let y = 0; y < halfHeight; y++) {
      for (let x = 0; x < halfWidth; x++) {
        const [px, py] = [area.x + (2 * x + 1) * scale, area.y + (2 * y + 1) * scale];
        const [a, b, c] = [at(first, px, py), at(second!, px, py), at(third!, px, py)];
        // BT.601; a constant factor more or less does not matter here
        u[y * halfWidth + x] = model === 'rgb' ? 128.5 - 0.169 * a - 0.331 * b + 0.5 * c : b;
        v[y * halfWidth + x] = model === 'rgb' ? 128.5 + 0.5 * a - 0.419 * b - 0.081 * c : c;
      }
    }
  }
  const active = { x: 0, y: 0, width, height };
  return { width, height, y: luma, u, v, halfWidth, halfHeight, active };
}
