import { z } from 'zod';
import { iou, type Box } from '../../core/geometry/box.js';
import { scenarioNames, simulatedFormats } from '../../core/simulation/options.js';

const box = z.strictObject({
  cx: z.number(),
  cy: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
});

/**
 * `golden.json`: a clip that `createSimulation` renders anywhere, and what the model made of it where it was published.
 * Frame i shows the moment i / fps; the tracker is begun on frame 0 with `selection`.
 */
export const goldenSchema = z.strictObject({
  format: z.literal('tagalong-golden/1'),
  simulation: z.strictObject({
    seed: z.int().min(0).max(0xffffffff),
    size: z.strictObject({ width: z.int().min(64).max(1920), height: z.int().min(64).max(1080) }),
    scenario: z.enum(scenarioNames),
    format: z.enum(simulatedFormats),
    noise: z.number().min(0).max(40),
    blur: z.number().min(0).max(1),
  }),
  fps: z.number().min(1).max(240),
  selection: box,
  /** Of frames 1, 2, ...: a device need look at no more than these. */
  expected: z.array(box).min(1).max(600),
  tolerance: z.strictObject({
    /** Intersection over union of answer and expectation, at least. */
    overlap: z.number().min(0).max(1),
    /** Share of the frames in which it must be reached. */
    share: z.number().min(0).max(1),
  }),
});

export type Golden = z.infer<typeof goldenSchema>;

export interface GoldenVerdict {
  readonly passed: boolean;
  /** Share of the frames that were near enough. */
  readonly share: number;
  readonly meanOverlap: number;
}

/** @param answers of frames 1, 2, ...; null where the tracker gave no box. Missing ones count as wrong. */
export function judgeGolden(golden: Golden, answers: readonly (Box | null)[]): GoldenVerdict {
  const overlaps = golden.expected.map((expected, index) => {
    const answer = answers[index] ?? null;
    return answer ? iou(answer, expected) : 0;
  });
  const near = overlaps.filter((value) => value >= golden.tolerance.overlap).length;
  const share = near / overlaps.length;
  const meanOverlap = overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length;
  return { passed: share >= golden.tolerance.share, share, meanOverlap };
}
