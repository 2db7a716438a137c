import { z } from 'zod';
import type { Proposal } from './proposal.js';

const kinds = ['edge', 'motion'] as const;

/** One proposal: cx, cy, width, height, score, index into ['edge', 'motion']. */
const row = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.literal([0, 1])]);

/** `proposals/NAME.json`: a list a frame, best first. */
const proposalsFileSchema = z.strictObject({
  format: z.literal('tagalong-proposals/1'),
  frames: z.array(z.array(row)),
});

export type ClipProposals = readonly (readonly Proposal[])[];

export function proposalsToJson(frames: ClipProposals): unknown {
  return {
    format: 'tagalong-proposals/1',
    frames: frames.map((list) =>
      list.map(({ cx, cy, width, height, score, kind }) => [
        cx,
        cy,
        width,
        height,
        score,
        kinds.indexOf(kind),
      ]),
    ),
  };
}

/** @throws ZodError */
export function proposalsFromJson(json: unknown): ClipProposals {
  return proposalsFileSchema.parse(json).frames.map((list) =>
    list.map(([cx, cy, width, height, score, kind]) => ({
      cx,
      cy,
      width,
      height,
      score,
      kind: kinds[kind],
    })),
  );
}
