import { iou } from '../../core/geometry/box.js';
import type { ModelContract } from '../../core/model/contract.js';
import type { Network, Response } from '../../core/model/network.js';
import { boxOfCell } from '../../core/tracking/siamese/decode-response.js';
import type { SiameseOptions } from '../../core/tracking/siamese/options.js';
import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import { type Follower, rivalOverlap } from './follower.js';

/**
 * What a miner must do without: what is learned on the way there would not be blind on the way back, and the margin to the runner-up is one
 * of the network's own scores.
 */
const plain = {
  memoryWeight: 0,
  classifierWeight: 0,
  boxCalibration: 0,
  coverRatio: 0,
  distractorAbove: 1,
  egoMotion: 0,
} as const satisfies Partial<SiameseOptions>;

/** The fitted network as the miner: the plain tracker, so that the way back is as blind as the way there. */
export function createTrackerFollower(network: Network, minConfidence: number): Follower {
  let response: Response | null = null;
  // the tracker tells its peak alone: what else the network saw is read off on the way
  const watched: Network = {
    contract: network.contract,
    embed: (crop) => network.embed(crop),
    respond: async (template, crop) => (response = await network.respond(template, crop)),
    dispose: () => Promise.resolve(),
  };
  const tracker = createSiameseTracker(watched, {
    ...plain,
    coastBelow: minConfidence,
    resumeAbove: minConfidence,
  });
  return {
    init: async (frame, box) => {
      await tracker.init(frame, box);
    },
    step: async (frame) => {
      const { state, box, confidence } = await tracker.update(frame);
      if (state !== 'tracking' || !box || !response) return null;
      const rival = bestRival(response, network.contract.response, confidence);
      return { box, confidence, margin: Math.max(0, confidence - rival) };
    },
  };
}

/** The best score among the cells whose box does not overlap that of the cell with score `peak`; 0 when there is none. */
export function bestRival(response: Response, grid: ModelContract['response'], peak: number): number {
  const { size, scores } = response;
  const boxOf = (cell: number) => boxOfCell(response, grid, Math.floor(cell / size), cell % size);
  const own = boxOf(scores.indexOf(peak));
  // from the best downwards: hardly any box has to be made
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  const rival = order.find((cell) => iou(boxOf(cell), own) < rivalOverlap);
  return rival === undefined ? 0 : scores[rival]!;
}
