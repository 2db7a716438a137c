import type { Box, Point } from '../../geometry/box.js';
import type { CropRegion } from '../../geometry/crop-region.js';
import type { ModelContract } from '../../model/contract.js';
import type { TemplateFeatures } from '../../model/network.js';
import { CentreKalman } from '../kalman.js';
import { StateMachine } from '../state-machine.js';
import { BoxCalibration } from './box-calibration.js';
import { Distractors } from './distractors.js';
import { EgoMotion } from './ego-motion.js';
import type { SiameseOptions } from './options.js';
import { TargetClassifier } from './target-classifier.js';
import { TemplateMemory } from './template-memory.js';

/** All that is known of the selected target. */
export interface Target {
  /** As the network sees it; `calibration` makes of it what is answered. Image pixels. */
  box: Box;
  calibration: BoxCalibration;
  kalman: CentreKalman;
  readonly states: StateMachine;
  readonly memory: TemplateMemory;
  /** Learned from this target while it is tracked; null where it is off or the model keeps its cells to itself. */
  readonly classifier: TargetClassifier | null;
  readonly distractors: Distractors;
  readonly egoMotion: EgoMotion;
  /** Number of the selection. */
  readonly id: number;
  /** Updates since the selection. */
  frames: number;
  /** Running mean of the network's score while tracking; null before the first update. */
  usualScore: number | null;
  /** The camera's motion per frame when the target was last seen, as far as it was estimated; image pixels. */
  cameraVelocity: Point | null;
  /** Where to look next while it is lost; null while it is not. */
  lostSearch: Generator<CropRegion, never> | null;
  /** Where a lost target was seen in the last frame, to be confirmed in this one. */
  candidate: Box | null;
}

/** @param features of the selected box */
export function createTarget(
  { box, features, id }: { readonly box: Box; readonly features: TemplateFeatures; readonly id: number },
  contract: ModelContract,
  options: SiameseOptions,
): Target {
  const { memoryWeight, memoryRate, memorySlots, memoryDiversity } = options;
  return {
    box,
    calibration: new BoxCalibration(box, box, 0),
    kalman: new CentreKalman({ x: box.cx, y: box.cy }, meanSide(box)),
    states: new StateMachine(options),
    memory: new TemplateMemory(features, {
      weight: memoryWeight,
      rate: memoryRate,
      slots: memorySlots,
      diversity: memoryDiversity,
    }),
    classifier: createClassifier(contract, options),
    distractors: new Distractors(),
    egoMotion: new EgoMotion(),
    id,
    frames: 0,
    usualScore: null,
    cameraVelocity: null,
    lostSearch: null,
    candidate: null,
  };
}

function createClassifier(
  { search, response }: ModelContract,
  {
    classifierWeight,
    classifierRate,
    classifierAnchor,
    classifierRidge,
    classifierTargetShare,
  }: SiameseOptions,
): TargetClassifier | null {
  if (classifierWeight === 0 || search.cells === undefined) return null;
  return new TargetClassifier(search.cells, response, {
    rate: classifierRate,
    anchor: classifierAnchor,
    ridge: classifierRidge,
    targetShare: classifierTargetShare,
  });
}

/** A target's size as one number: the side of a square of its area. */
export function meanSide({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.sqrt(width * height);
}
