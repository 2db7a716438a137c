import type { Random } from '../../src/core/random.js';

/**
 * Splits sequences into two halves of about the same difficulty: ranked by score, one of every two neighbours goes to
 * either half, by chance. @returns indices into `scores`.
 */
export function splitInHalves(scores: readonly number[], random: Random): [number[], number[]] {
  const ranked = scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!);
  const halves: [number[], number[]] = [[], []];
  for (let at = 0; at < ranked.length; at += 2) {
    const first = random.below(2);
    halves[first]!.push(ranked[at]!);
    const second = ranked[at + 1];
    if (second !== undefined) halves[1 - first]!.push(second);
  }
  return halves;
}
