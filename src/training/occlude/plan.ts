import type { Box, Size } from '../../core/geometry/box.js';
import { createRandom, type Random } from '../../core/random.js';
import { type OcclusionCase, type OcclusionKind, windowOf } from './occlusion-case.js';
import { jumpWindows } from './jump-windows.js';

/** A disturbance to try: frames covered, or for a `jump` the shift as a share of the frame. */
export interface Disturbance {
  readonly kind: OcclusionKind;
  readonly level: number;
}

export const defaultDisturbances: readonly Disturbance[] = [
  ...(['patch', 'flat', 'cut'] as const).flatMap((kind) => [5, 15, 30, 60].map((level) => ({ kind, level }))),
  ...[0.1, 0.2, 0.3].map((level) => ({ kind: 'jump', level }) as const),
];

export interface PlanOptions {
  readonly disturbances: readonly Disturbance[];
  readonly seed: number;
  /** Cases of every disturbance in one sequence, at most. Default 1. */
  readonly repeats?: number;
  /** Frames from the tracker's start to the cover. Default 26: more than 20 of them undisturbed, also where a patch slides in. */
  readonly lead?: number;
  /** Frames shown after the cover, at least and at most. Default 16 and 45. */
  readonly tail?: { readonly least: number; readonly most: number };
}

/** Share of the target's box that lies in the picture, at least, in every frame of a case. */
const inView = 0.6;

/**
 * Plans the disturbances of one sequence. The same truth, size and options give the same cases; the target is present
 * and in view in all of their frames. Sequences too short for a disturbance have none of it. Covers of the same length
 * lie at the same place whatever their kind, so that kinds can be compared.
 */
export function planCases(
  sequence: { readonly name: string; readonly truth: readonly (Box | null)[] },
  frame: Size,
  { disturbances, seed, repeats = 1, lead = 26, tail = { least: 16, most: 45 } }: PlanOptions,
): OcclusionCase[] {
  const { name, truth } = sequence;
  const own = createRandom(seed).fork(hash(name));
  const visible = truth.map((box) => box !== null && shareInside(box, frame) >= inView);
  return disturbances.flatMap(({ kind, level }) => {
    const covered = kind === 'jump' ? 0 : level;
    const random = own.fork(kind === 'jump' ? 1000 + Math.round(1000 * level) : level);
    const starts = startsOf(visible, lead + covered + tail.least);
    return Array.from({ length: Math.min(repeats, starts.length) }, (): OcclusionCase[] => {
      const [first] = starts.splice(random.below(starts.length), 1);
      const drawn = random.fork(first!);
      const from = first! + lead;
      const to = from + covered;
      const end = endOf(visible, to, tail.most);
      const plain = {
        sequence: name,
        kind,
        level,
        seed: drawn.below(0x7fffffff),
        first: first!,
        end,
        from,
        to,
      };
      return placed(plain, truth, frame, drawn);
    }).flat();
  });
}

/** The case with its windows and its truth; none when a jump has no room. */
function placed(
  plain: Omit<OcclusionCase, 'windows' | 'truth'>,
  truth: readonly (Box | null)[],
  frame: Size,
  random: Random,
): OcclusionCase[] {
  const { kind, level, first, from, end } = plain;
  const shown = truth.slice(first, end).filter((box) => box !== null);
  const windows =
    kind === 'jump'
      ? jumpWindows(
          { before: shown.slice(0, from - first), after: shown.slice(from - first) },
          frame,
          level,
          random,
        )
      : null;
  if (kind === 'jump' && windows === null) return [];
  const whole = { ...plain, windows, truth: shown };
  return [
    {
      ...whole,
      truth: shown.map((box, index) => {
        const { x, y } = windowOf(whole, first + index) ?? { x: 0, y: 0 };
        return { ...box, cx: box.cx - x, cy: box.cy - y };
      }),
    },
  ];
}

/** Frames from which on so many frames on end show the target. */
function startsOf(visible: readonly boolean[], frames: number): number[] {
  const starts: number[] = [];
  let run = 0;
  visible.forEach((there, index) => {
    run = there ? run + 1 : 0;
    if (run >= frames) starts.push(index - frames + 1);
  });
  return starts;
}

function endOf(visible: readonly boolean[], from: number, most: number): number {
  const gone = visible.findIndex((there, index) => index >= from && !there);
  return Math.min(from + most, gone < 0 ? visible.length : gone);
}

function shareInside({ cx, cy, width, height }: Box, frame: Size): number {
  const across = Math.min(cx + width / 2, frame.width) - Math.max(cx - width / 2, 0);
  const down = Math.min(cy + height / 2, frame.height) - Math.max(cy - height / 2, 0);
  return (Math.max(across, 0) * Math.max(down, 0)) / (width * height);
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
