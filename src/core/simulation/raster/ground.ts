import { rayThrough, type Camera } from '../camera.js';
import { worldSize } from '../world/extent.js';
import { detailBits, groundBits, type Ground } from '../world/ground-texture.js';
import { laneMask, blendPixel, packPixel } from './pixel.js';
import type { Surface } from './surface.js';

/** Distance in metres at which haze takes half of the contrast. */
const hazeHalf = 420;
const sky = packPixel(176, 190, 204);

/**
 * Draws ground and sky over the whole surface. The roll is level, so a row sees the ground along a straight line at
 * one depth: texture coordinates advance by a constant step, and one mip level serves the row.
 */
export function drawGround(surface: Surface, camera: Camera, ground: Ground): void {
  const { pixels, width, height } = surface;
  const { position } = camera.pose;
  const turns = 4294967296 / worldSize;
  for (let row = 0; row < height; row++) {
    const ray = rayThrough(camera, surface.originX + 0.5, surface.originY + row + 0.5);
    const start = row * width;
    if (ray.z > -1e-3 * camera.focal) {
      pixels.fill(skyColour(ray.z / camera.focal), start, start + width);
      continue;
    }
    // metres on the ground per column
    const scale = -position.z / ray.z;
    const distance = scale * camera.focal;
    // one turn of the 32-bit coordinate is the world's side: wrapping costs nothing
    const u = wrapTurns((position.x + scale * ray.x) * turns);
    const v = wrapTurns((position.y + scale * ray.y) * turns);
    const stepU = wrapTurns(scale * camera.right.x * turns);
    const stepV = wrapTurns(scale * camera.right.y * turns);
    const texel = worldSize / (1 << groundBits);
    const level = Math.max(
      0,
      Math.min(ground.mipmaps.length - 1, Math.round(Math.log2((1.5 * scale) / texel))),
    );
    const fine = Math.max(0, Math.round(Math.log2((1.2 * scale * 4) / texel)));
    drawRow(pixels, start, width, { ground, level, fine, u, v, stepU, stepV });
    const haze = Math.round(256 * (1 - hazeHalf / (hazeHalf + Math.max(0, distance - 120))));
    if (haze > 0) for (let i = start; i < start + width; i++) pixels[i] = blendPixel(pixels[i]!, sky, haze);
  }
}

interface RowWalk {
  readonly ground: Ground;
  readonly level: number;
  /** Level of the detail tile; beyond its last one there is no detail. */
  readonly fine: number;
  readonly u: number;
  readonly v: number;
  readonly stepU: number;
  readonly stepV: number;
}

function drawRow(pixels: Uint32Array, start: number, width: number, walk: RowWalk): void {
  const { ground, level, stepU, stepV } = walk;
  const { pixels: texels, bits } = ground.mipmaps[level]!;
  const fine = Math.min(walk.fine, ground.detail.length - 1);
  const strength = walk.fine === fine ? 1 : 0;
  const { values: detail, bits: fineBits } = ground.detail[fine]!;
  // shifts that leave the texel number, and 8 bits of its fraction below it
  const shift = 32 - bits;
  const fraction = shift - 8;
  const mask = (1 << bits) - 1;
  const fineShift = 32 - groundBits - 2 + (detailBits - fineBits);
  const fineMask = (1 << fineBits) - 1;
  // bilinear weights belong to texel centres
  const half = 1 << (shift - 1);
  let u = (walk.u - half) | 0;
  let v = (walk.v - half) | 0;
  for (let i = start; i < start + width; i++) {
    const column = u >>> shift;
    const row = (v >>> shift) << bits;
    const nextColumn = (column + 1) & mask;
    const nextRow = (((v >>> shift) + 1) & mask) << bits;
    const a = texels[row | column]!;
    const b = texels[row | nextColumn]!;
    const c = texels[nextRow | column]!;
    const d = texels[nextRow | nextColumn]!;
    // 1. bilinear, weights of 8 bits that sum to 256
    const fu = (u >>> fraction) & 255;
    const fv = (v >>> fraction) & 255;
    const wd = (fu * fv) >> 8;
    const wc = fv - wd;
    const wb = fu - wd;
    const wa = 256 - fu - wc;
    const redBlue =
      ((Math.imul(a & laneMask, wa) +
        Math.imul(b & laneMask, wb) +
        Math.imul(c & laneMask, wc) +
        Math.imul(d & laneMask, wd)) >>>
        8) &
      laneMask;
    const green =
      (Math.imul((a >>> 8) & 255, wa) +
        Math.imul((b >>> 8) & 255, wb) +
        Math.imul((c >>> 8) & 255, wc) +
        Math.imul((d >>> 8) & 255, wd)) >>>
      8;
    // 2. fine detail: multiplies by 1.11 at most, and no ground colour exceeds 225: no lane overflows
    const grain = detail[(((v >>> fineShift) & fineMask) << fineBits) | ((u >>> fineShift) & fineMask)]!;
    const gain = 222 + ((Math.imul(grain - 128, a >>> 24) * strength) >> 9);
    pixels[i] = ((Math.imul(redBlue, gain) >>> 8) & laneMask) | (Math.imul(green, gain) & 0xff00);
    u = (u + stepU) | 0;
    v = (v + stepV) | 0;
  }
}

function wrapTurns(value: number): number {
  return (value - 4294967296 * Math.floor(value / 4294967296)) | 0;
}

function skyColour(slope: number): number {
  return blendPixel(sky, packPixel(96, 134, 188), Math.min(256, Math.round(600 * Math.max(0, slope))));
}
