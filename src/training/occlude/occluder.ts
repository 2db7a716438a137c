import type { Box, Point, Size } from '../../core/geometry/box.js';
import { type Frame, frameBytes, packedPlanes, planeLayout } from '../../core/image/frame.js';
import { createRandom, type Random } from '../../core/random.js';
import { type Area, areaOf, overlaps } from './channel.js';
import { cutOut, type Displacement, findGround, holds } from './cut-out.js';
import { type OcclusionCase, slideFrames, windowOf } from './occlusion-case.js';
import { meanLevels, paintFlat, type Patch, pastePatch, structure, takePatch } from './patch.js';
import { borrowed, windowView } from './window-view.js';

/** Edits the frames of one case, in their order. */
export interface Occluder {
  /**
   * The frame as the case shows it. The source's own frame is not touched; the answer is valid until the next call and as
   * long as the source's frame (disposing it does nothing).
   * @param index of the source's frame: first <= index < end, rising by one from call to call
   */
  show(frame: Frame, index: number): Frame;
}

/** Boxes are drawn tight: what covers a target is this much larger. */
const coverGrow = 1.3;

/** The same case and the same frames give the same pictures. */
export function createOccluder(one: OcclusionCase): Occluder {
  const editor = editors[one.kind](one);
  let pixels: Uint8Array | null = null;
  return {
    show: (frame, index) => {
      const window = windowOf(one, index);
      if (window) return windowView(frame, window);
      if (!editor.touches(index)) return borrowed(frame, frame, frame.planes);
      pixels ??= new Uint8Array(frameBytes(frame.format, frame));
      const copy = copyOf(frame, pixels);
      editor.edit(copy, one.truth[index - one.first]!, index);
      return copy;
    },
  };
}

interface Editor {
  /** True when something is to be drawn into this frame. */
  touches(index: number): boolean;
  /** Draws into the frame. */
  edit(frame: Frame, target: Box, index: number): void;
}

const editors: Readonly<Record<OcclusionCase['kind'], (one: OcclusionCase) => Editor>> = {
  patch: slidingPatch,
  flat: flatColour,
  cut: (one) => removal(one, false),
  lookalike: (one) => removal(one, true),
  jump: () => ({ touches: () => false, edit: () => undefined }),
};

/** Slides in on a straight line, stands over the target, slides on along the same line and out of sight. */
function slidingPatch({ from, to, first, truth, seed }: OcclusionCase): Editor {
  const random = createRandom(seed);
  const angle = random.uniform(0, 2 * Math.PI);
  const direction = { x: Math.cos(angle), y: Math.sin(angle) };
  const reach = 3 * slideFrames;
  const near = truth.slice(Math.max(0, from - reach - first), to + reach - first);
  const size = {
    width: 2 * Math.ceil((coverGrow * Math.max(...near.map(({ width }) => width))) / 2) + 4,
    height: 2 * Math.ceil((coverGrow * Math.max(...near.map(({ height }) => height))) / 2) + 4,
  };
  let patch: Patch | null = null;
  return {
    touches: (index) => index >= from - reach && index < to + reach,
    edit: (frame, target, index) => {
      patch ??= findTexture(frame, size, areaOf(target, frame, coverGrow), random);
      const steps = index < from ? index - from : Math.max(0, index - to + 1);
      const step = (steps / slideFrames) * apart(direction, size, target);
      pastePatch(frame, patch, centred(target, size, { x: direction.x * step, y: direction.y * step }));
    },
  };
}

/** How far along a direction two boxes must be moved apart until they no longer touch. */
function apart({ x, y }: Point, size: Size, box: Size): number {
  return Math.min(
    (size.width + box.width) / 2 / Math.max(Math.abs(x), 1e-9),
    (size.height + box.height) / 2 / Math.max(Math.abs(y), 1e-9),
  );
}

/** Texture from elsewhere in the picture: of some places beside the target the one with middling structure. */
function findTexture(frame: Frame, wanted: Size, target: Area, random: Random): Patch {
  let { width, height } = wanted;
  for (let attempt = 1; attempt <= 64; attempt += 1) {
    if (attempt % 16 === 0) [width, height] = [halved(width), halved(height)]; // continued by its mirror image
    if (width > frame.width || height > frame.height) continue;
    const places = Array.from({ length: 12 }, () => ({
      x: 2 * random.below((frame.width - width) / 2 + 1),
      y: 2 * random.below((frame.height - height) / 2 + 1),
      width,
      height,
    }))
      .filter((place) => !overlaps(place, target))
      .map((place) => ({ place, structure: structure(frame, place) }))
      .sort((a, b) => a.structure - b.structure);
    const middling = places[Math.floor(places.length / 2)];
    if (places.length >= 3 && middling) return takePatch(frame, middling.place);
  }
  // the target fills the picture: a piece of it, then
  return takePatch(frame, { x: 0, y: 0, width: halved(frame.width), height: halved(frame.height) });
}

function flatColour({ from, to }: OcclusionCase): Editor {
  let levels: readonly number[] | null = null;
  return {
    touches: (index) => index >= from && index < to,
    edit: (frame, target) => {
      levels ??= meanLevels(frame, { x: 0, y: 0, width: frame.width, height: frame.height });
      const area = areaOf(target, frame, coverGrow);
      paintFlat(frame, levels, area);
    },
  };
}

/** The ground shows where the target was; with `copy` the target as it last was stands beside its place. */
function removal({ from, to, seed }: OcclusionCase, copy: boolean): Editor {
  const random = createRandom(seed);
  const angle = random.uniform(0, 2 * Math.PI);
  let ground: Displacement = null;
  let double: { readonly patch: Patch; readonly area: Area } | null = null;
  return {
    touches: (index) => index >= from && index < to,
    edit: (frame, target) => {
      const area = areaOf(target, frame, coverGrow);
      if (copy) double ??= copyBeside(frame, target, angle);
      if (ground === null || !holds(frame, area, ground)) ground = findGround(frame, area);
      cutOut(frame, area, ground);
      if (double) pastePatch(frame, double.patch, double.area);
    },
  };
}

/** The target, and a place for it two of its lengths away, turned until it lies in the picture. */
function copyBeside(frame: Frame, target: Box, angle: number): { patch: Patch; area: Area } {
  const area = areaOf(target, frame, 1.1);
  const distance = 2 * Math.max(area.width, area.height);
  const places = Array.from({ length: 8 }, (_, turn) => {
    const at = angle + (turn * Math.PI) / 4;
    return {
      ...area,
      x: area.x + 2 * Math.round((distance * Math.cos(at)) / 2),
      y: area.y + 2 * Math.round((distance * Math.sin(at)) / 2),
    };
  });
  const inside = places.find(
    ({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= frame.width && y + height <= frame.height,
  );
  return { patch: takePatch(frame, area), area: inside ?? places[0]! };
}

/** Even pixels of this size around the box, moved by `shift`. */
function centred({ cx, cy }: Box, { width, height }: Size, shift: Point): Area {
  return {
    x: 2 * Math.round((cx + shift.x - width / 2) / 2),
    y: 2 * Math.round((cy + shift.y - height / 2) / 2),
    width,
    height,
  };
}

function halved(side: number): number {
  return Math.max(2, 2 * Math.floor(side / 4));
}

/** A tightly packed copy over `pixels`. */
function copyOf(frame: Frame, pixels: Uint8Array): Frame {
  let offset = 0;
  planeLayout(frame.format, frame).forEach(({ rowBytes, rows }, plane) => {
    const { data, stride } = frame.planes[plane]!;
    for (let row = 0; row < rows; row += 1) {
      pixels.set(data.subarray(row * stride, row * stride + rowBytes), offset);
      offset += rowBytes;
    }
  });
  return borrowed(frame, frame, packedPlanes(frame.format, frame, pixels));
}
