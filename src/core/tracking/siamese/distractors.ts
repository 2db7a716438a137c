import { type Box, centreDistance } from '../../geometry/box.js';

/** Something that looks like the target, followed beside it. */
export interface Distractor {
  /** Image pixels. */
  readonly box: Box;
  /** Likeness to the target when last seen, 0..1. */
  readonly score: number;
}

/** A place that may be the target or something like it. */
export interface Candidate {
  /** Image pixels. */
  readonly box: Box;
  readonly score: number;
}

interface Hypothesis {
  box: Box;
  score: number;
  /** Image pixels per frame. */
  velocity: { x: number; y: number };
  /** Frames in which it was seen. */
  seen: number;
  /** Frames since then. */
  missed: number;
}

/** A hypothesis counts once it was seen so often, and is dropped when missed so often. */
const [established, forgotten] = [3, 6];
/** Distance, in target sizes, at which a sighting is not this hypothesis any more. */
const reach = 0.75;
/** Sigma of a plausible step beside the prediction, in target sizes. */
const stepSigma = 0.3;

/** Secondary peaks as hypotheses with a motion of their own (nearest neighbour, alpha-beta filter), so that a jump onto one of them is known as such. */
export class Distractors {
  #hypotheses: Hypothesis[] = [];

  /** The established ones, where they are predicted now. */
  get list(): Distractor[] {
    return this.#known().map(({ box, score }) => ({ box, score }));
  }

  /** Moves every hypothesis one frame ahead. */
  predict(): void {
    for (const hypothesis of this.#hypotheses) {
      const { box, velocity } = hypothesis;
      hypothesis.box = { ...box, cx: box.cx + velocity.x, cy: box.cy + velocity.y };
    }
  }

  /** Plausibility 0..1 that what is seen at `box` is one of the known distractors. */
  claim(box: Box): number {
    return Math.max(0, ...this.#known().map((known) => plausibility(known.box, box)));
  }

  /** Takes this frame's secondary peaks in. */
  update(rivals: readonly Candidate[]): void {
    const missed = this.#assign(rivals);
    for (const hypothesis of missed) hypothesis.missed += 1;
    this.#hypotheses = this.#hypotheses.filter((hypothesis) => hypothesis.missed <= forgotten);
  }

  /** Takes a place in that was the best peak and not believed. */
  add(unbelieved: Candidate): void {
    this.#assign([unbelieved]);
  }

  /** Every hypothesis takes the nearest candidate in reach; the others become hypotheses. @returns hypotheses without one */
  #assign(candidates: readonly Candidate[]): Hypothesis[] {
    const free = [...candidates];
    const missed = this.#hypotheses.filter((hypothesis) => {
      const { box } = hypothesis;
      const near = free.filter((rival) => centreDistance(rival.box, box) < reach * sizeOf(box));
      const found = near.sort((a, b) => centreDistance(a.box, box) - centreDistance(b.box, box))[0];
      if (!found) return true;
      free.splice(free.indexOf(found), 1);
      correct(hypothesis, found);
      return false;
    });
    for (const { box, score } of free)
      this.#hypotheses.push({ box, score, velocity: { x: 0, y: 0 }, seen: 1, missed: 0 });
    return missed;
  }

  #known(): Hypothesis[] {
    return this.#hypotheses.filter(({ seen }) => seen >= established);
  }
}

/**
 * 1 where it was expected, falling with the distance in target sizes.
 * @param sigma of the expected centre, image pixels
 */
export function plausibility(expected: Box, seen: Box, sigma = 0): number {
  const reached = Math.hypot(stepSigma * sizeOf(expected), sigma);
  return Math.exp(-0.5 * (centreDistance(expected, seen) / reached) ** 2);
}

/** Alpha-beta filter, alpha 0.6, beta 0.2. */
function correct(hypothesis: Hypothesis, { box, score }: Candidate): void {
  const dx = box.cx - hypothesis.box.cx;
  const dy = box.cy - hypothesis.box.cy;
  const { velocity } = hypothesis;
  hypothesis.velocity = { x: velocity.x + 0.2 * dx, y: velocity.y + 0.2 * dy };
  hypothesis.box = { ...box, cx: hypothesis.box.cx + 0.6 * dx, cy: hypothesis.box.cy + 0.6 * dy };
  hypothesis.score = score;
  hypothesis.seen += 1;
  hypothesis.missed = 0;
}

function sizeOf({ width, height }: Box): number {
  return Math.sqrt(width * height);
}
