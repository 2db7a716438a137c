import type { Box, Size } from '../../core/geometry/box.js';
import { contextSide } from '../../core/geometry/crop-region.js';
import { scaleBox, scalePoint, type Scale } from '../../core/geometry/scale.js';
import type { Frame } from '../../core/image/frame.js';
import type { ModelContract } from '../../core/model/contract.js';
import type { Track } from '../../core/tracking/track.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import type { FrameDecoder } from './frame-decoder.js';

/** What a JPEG decoder can shrink by at no cost: it computes fewer pixels of each 8x8 block. */
const reductions = [1, 2, 4, 8] as const;
type Reduction = (typeof reductions)[number];

/** Pixels of the picture per pixel of the search crop: what a new target has at least, and what it may fall to. */
const [comfortable, least] = [1.25, 0.8];

/**
 * Tracks in compressed frames: each is decoded no larger than the search crop can make use of. The tracker inside sees the
 * smaller pictures; boxes, velocities and sizes are those of the whole picture on the outside. When a target shrinks so far
 * that its crop would be blurred, it is selected anew, with more pixels, in a frame in which it is seen.
 */
export class DecodingTracker implements Tracker {
  readonly #inner: Tracker;
  readonly #contract: ModelContract;
  readonly #decode: FrameDecoder;
  #reduction: Reduction = 1;

  constructor(inner: Tracker, contract: ModelContract, decode: FrameDecoder) {
    this.#inner = inner;
    this.#contract = contract;
    this.#decode = decode;
  }

  async init(frame: Frame, box: Box): Promise<Track> {
    const reduction = frame.encoded ? this.#chooseReduction(box, comfortable) : 1;
    const track = await this.#initAt(frame, box, reduction);
    this.#reduction = reduction;
    return track;
  }

  async update(frame: Frame): Promise<Track> {
    const track = await this.#at(frame, this.#reduction, (reduced) => this.#inner.update(reduced));
    const { box, state } = track;
    if (box && state === 'tracking' && this.#reduction > 1 && frame.encoded) {
      const possible = this.#chooseReduction(box, least);
      if (possible < this.#reduction) {
        this.#reduction = possible;
        await this.#initAt(frame, box, possible);
      }
    }
    return track;
  }

  stop(): Promise<void> {
    return this.#inner.stop();
  }

  dispose(): Promise<void> {
    return this.#inner.dispose();
  }

  #initAt(frame: Frame, box: Box, reduction: Reduction): Promise<Track> {
    return this.#at(frame, reduction, (reduced) =>
      this.#inner.init(reduced, scaleBox(box, between(frame, reduced))),
    );
  }

  /** Has the smaller picture tracked, and tells of it in pixels of the whole one. */
  async #at(frame: Frame, reduction: Reduction, follow: (reduced: Frame) => Promise<Track>): Promise<Track> {
    if (!frame.encoded) return follow(frame);
    const reduced = await this.#decode(frame, reduction);
    const track = await follow(reduced);
    return enlarge(track, between(reduced, frame), frame);
  }

  /** The strongest that leaves so many pixels for one of the search crop. */
  #chooseReduction(box: Box, pixels: number): Reduction {
    const { context, template, search } = this.#contract;
    const regionSide = contextSide(box, context) * (search.cropSize / template.cropSize);
    const spare = regionSide / search.cropSize / pixels;
    return reductions.findLast((reduction) => reduction <= spare) ?? 1;
  }
}

function between(from: Size, to: Size): Scale {
  return { x: to.width / from.width, y: to.height / from.height };
}

function enlarge(track: Track, scale: Scale, { width, height }: Size): Track {
  const { box, velocity, distractors, frame } = track;
  return {
    ...track,
    box: box && scaleBox(box, scale),
    velocity: velocity && scalePoint(velocity, scale),
    ...(distractors && {
      distractors: distractors.map((it) => ({ ...it, box: scaleBox(it.box, scale) })),
    }),
    frame: { ...frame, width, height },
  };
}
