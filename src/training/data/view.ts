import { type Box, clamp } from '../../core/geometry/box.js';
import { contextSide } from '../../core/geometry/crop-region.js';
import { type Frame, packedFrame } from '../../core/image/frame.js';
import type { CropSampler } from '../../core/image/sampler.js';
import type { Random } from '../../core/random.js';
import type { ViewOptions } from './augmentation.js';
import { pasteEllipse, pasteRectangle } from './composite.js';
import { changeLight } from './photometric.js';
import { makeWarp, rescaleWarp, type Warp, warpBox } from './warp.js';

/** A box in a frame: what a view is cut around. */
export interface Sighting {
  readonly frame: Frame;
  readonly box: Box;
}

/** What else may be laid into a view. */
export interface Companions {
  /** Draws the sighting of anything else, for occluders, backgrounds and distractors. */
  readonly other: () => Sighting;
  /** Draws something else of the target's own picture: a look-alike distractor. */
  readonly rival: () => Sighting;
}

/** Where the target is in a view (crop pixels), and whether it can be seen there. */
export interface RenderedView {
  readonly box: Box;
  readonly visible: boolean;
}

/** Renders augmented square views; owns its scratch buffers, so one per thread. */
export class ViewRenderer {
  readonly #sampler: CropSampler;
  readonly #size: number;
  /** Image pixels across the view over the context side of the box: 1 for templates, search / template size for searches. */
  readonly #zoom: number;
  readonly #context: number;
  readonly #scratch: Uint8Array;
  readonly #small: Uint8Array;

  constructor(
    sampler: CropSampler,
    { size, zoom, context }: { readonly size: number; readonly zoom: number; readonly context: number },
  ) {
    this.#sampler = sampler;
    this.#size = size;
    this.#zoom = zoom;
    this.#context = context;
    this.#scratch = new Uint8Array(size * size * 3);
    this.#small = new Uint8Array(size * size * 3);
  }

  /** Renders into `out` (HWC RGB, size² * 3 bytes). */
  render(
    { frame, box }: Sighting,
    options: ViewOptions,
    { other, rival }: Companions,
    random: Random,
    out: Uint8Array,
  ): RenderedView {
    const size = this.#size;
    const warp = this.#drawWarp(box, options, random);
    const inCrop = warpBox(box, warp);
    this.#sample(frame, warp, options, random, out);
    if (random.chance(options.newBackgroundProbability)) this.#changeBackground(inCrop, other(), random, out);
    if (random.chance(options.distractorProbability)) {
      const drawn = random.chance(options.rivalProbability) ? rival() : other();
      this.#addDistractor(inCrop, drawn, random, out);
    }
    if (random.chance(options.occlusionProbability)) this.#occlude(inCrop, other(), random, out);
    const replaced = random.chance(options.replacementProbability);
    if (replaced)
      this.#replace(inCrop, random.chance(options.rivalProbability) ? rival() : other(), random, out);
    changeLight(out, size, options.light, random);
    return { box: inCrop, visible: !replaced };
  }

  #drawWarp(box: Box, options: ViewOptions, random: Random): Warp {
    const signed = (range: number): number => random.uniform(-range, range);
    const side = contextSide(box, this.#context) * this.#zoom * random.logUniform(options.scale);
    const wide = random.chance(options.wideShiftProbability);
    const shift = (): number =>
      (wide
        ? signed(options.shift)
        : clamp(random.normal(options.shiftSigma), -options.shift, options.shift)) * side;
    return makeWarp(
      {
        centre: { x: box.cx + shift(), y: box.cy + shift() },
        side,
        rotation: signed(options.rotation),
        aspect: random.logUniform(options.aspect),
        shear: signed(options.shear),
        perspective: { x: signed(options.perspective), y: signed(options.perspective) },
        mirror: random.chance(options.mirrorProbability),
      },
      this.#size,
    );
  }

  /** Samples the view, sometimes through a small picture that is blown up again. */
  #sample(frame: Frame, warp: Warp, options: ViewOptions, random: Random, out: Uint8Array): void {
    const size = this.#size;
    if (!random.chance(options.lowResolutionProbability)) {
      this.#sampler.sampleWarp(frame, warp, size, out, { layout: 'hwc' });
      return;
    }
    const small = Math.round(random.uniform(options.lowestResolution, size * 0.6));
    const reduced = this.#small.subarray(0, small * small * 3);
    this.#sampler.sampleWarp(frame, rescaleWarp(warp, size, small), small, reduced, {
      layout: 'hwc',
      taps: 2,
    });
    const picture = packedFrame('rgb24', { width: small, height: small }, reduced);
    this.#sampler.sampleCrop(picture, { cx: small / 2, cy: small / 2, side: small }, size, out, {
      layout: 'hwc',
    });
  }

  /** Keeps the target's ellipse and exchanges what is around it. */
  #changeBackground(target: Box, other: Sighting, random: Random, out: Uint8Array): void {
    const ground = this.#scratch;
    this.#sampleOther(other, this.#zoom * random.logUniform(1.5), ground);
    pasteEllipse(ground, out, this.#size, target, random.uniform(1.05, 1.3));
    out.set(ground);
  }

  /** Lays another object beside the target, at about the target's size. */
  #addDistractor(target: Box, other: Sighting, random: Random, out: Uint8Array): void {
    const angle = random.uniform(0, 2 * Math.PI);
    const reach = random.uniform(1.1, 2.2);
    const place = {
      cx: target.cx + Math.cos(angle) * reach * target.width,
      cy: target.cy + Math.sin(angle) * reach * target.height,
      width: target.width * random.logUniform(1.3),
      height: target.height * random.logUniform(1.3),
    };
    this.#sampleOnto(other, place, this.#scratch);
    pasteEllipse(out, this.#scratch, this.#size, place, 1.15);
  }

  /** Covers a third of the target or less, from one side or across. */
  #occlude(target: Box, other: Sighting, random: Random, out: Uint8Array): void {
    const share = random.uniform(0.15, 0.45);
    const upright = random.chance(0.5);
    const place = {
      cx: target.cx + random.uniform(-0.5, 0.5) * target.width,
      cy: target.cy + random.uniform(-0.5, 0.5) * target.height,
      width: target.width * (upright ? share : random.uniform(0.5, 1.6)),
      height: target.height * (upright ? random.uniform(0.5, 1.6) : share),
    };
    this.#sampleOther(other, random.uniform(0.3, 1), this.#scratch);
    pasteRectangle(out, this.#scratch, this.#size, place);
  }

  /** Lays another object over the whole target, in its place and at about its size. */
  #replace(target: Box, other: Sighting, random: Random, out: Uint8Array): void {
    this.#sampleOnto(other, target, this.#scratch);
    if (random.chance(0.5)) pasteEllipse(out, this.#scratch, this.#size, target, 1.6);
    else pasteRectangle(out, this.#scratch, this.#size, grown(target, random.uniform(1.1, 1.4)));
  }

  #sampleOther({ frame, box }: Sighting, zoom: number, out: Uint8Array): void {
    const side = contextSide(box, this.#context) * zoom;
    this.#sampler.sampleCrop(frame, { cx: box.cx, cy: box.cy, side }, this.#size, out, { layout: 'hwc' });
  }

  /** Samples so that the sighting's box comes to lie on `place` (crop pixels). */
  #sampleOnto({ frame, box }: Sighting, place: Box, out: Uint8Array): void {
    const scale = Math.max(box.width / place.width, box.height / place.height);
    const side = scale * this.#size;
    const centre = {
      cx: box.cx - (place.cx - this.#size / 2) * scale,
      cy: box.cy - (place.cy - this.#size / 2) * scale,
    };
    this.#sampler.sampleCrop(frame, { ...centre, side }, this.#size, out, { layout: 'hwc' });
  }
}

function grown(box: Box, factor: number): Box {
  return { ...box, width: box.width * factor, height: box.height * factor };
}
