/** How much a reader wants to hold of what it has read: whichever limit is reached first. */
export interface HoldBudget {
  readonly bytes: number;
  readonly ms: number;
}

/** A reader holds some frames beside those it keeps: the one it works on, one unread, one it does not want to lose, two for an exchange of the tracker. */
const besides = 6;

/** Frames a source lets its reader hold at once; 0 without a wish. An unknown rate counts as 30 a second. */
export function heldFrames(
  budget: HoldBudget | undefined,
  frameBytes: number,
  fps: number | null | undefined,
): number {
  if (!budget) return 0;
  const byTime = Math.ceil((budget.ms / 1000) * (fps ?? 30)) + 1;
  return besides + Math.max(1, Math.min(byTime, Math.floor(budget.bytes / frameBytes)));
}
