import { type Box, centreDistance } from '../../geometry/box.js';
import { type CropRegion, searchRegion, toCrop } from '../../geometry/crop-region.js';
import type { Frame } from '../../image/frame.js';
import type { ModelContract } from '../../model/contract.js';
import { confidenceOf, evidenceOf } from './judgement.js';
import type { Look, Looker, LookOptions } from './looker.js';
import { lostSearchRegions } from './lost-search.js';
import { blendSize } from './motion.js';
import type { SiameseOptions } from './options.js';
import { meanSide, type Target } from './target.js';

/** Weight of the window while the box settles in the first frame: the target is in the middle. */
const settlingWindow = 0.4;

/** Decides which regions are looked at. */
export class TargetSearch {
  readonly #looker: Looker;
  readonly #contract: ModelContract;
  readonly #options: SiameseOptions;

  constructor(looker: Looker, contract: ModelContract, options: SiameseOptions) {
    this.#looker = looker;
    this.#contract = contract;
    this.#options = options;
  }

  /** The region searched for a target expected at `box`. */
  regionAround(box: Box): CropRegion {
    const { template, search, context } = this.#contract;
    return searchRegion(box, context, { templateSize: template.cropSize, searchSize: search.cropSize });
  }

  inCrop(box: Box, region: CropRegion): Box {
    return toCrop(box, region, this.#contract.search.cropSize);
  }

  /** Looks where the target is predicted. */
  ahead(target: Target, frame: Frame, predicted: Box): Promise<Look> {
    target.lostSearch = null;
    target.candidate = null;
    const { windowInfluence, windowSigma } = this.#options;
    // the less is known of where it is, the less the middle is preferred
    const sigma = target.kalman.sigma / meanSide(target.box);
    const certainty = windowSigma === 0 ? 1 : Math.min(1, windowSigma / Math.max(sigma, 1e-6));
    return this.#lookAround(target, frame, predicted, windowInfluence * certainty);
  }

  /** Looks for a lost target: first where it was perhaps seen in the last frame, then wherever its turn is. @returns the best look */
  async lost(target: Target, frame: Frame): Promise<Look> {
    const { lostSearchScale, lostRuns, reacquireAbove } = this.#options;
    if (target.candidate) {
      const look = await this.#lookAround(target, frame, target.candidate, 0);
      if (confidenceOf(evidenceOf(look, look.seen), look, this.#options) >= reacquireAbove) return look;
      target.candidate = null;
    }
    target.lostSearch ??= lostSearchRegions(this.regionAround(target.box), frame, { widen: lostSearchScale });
    const options = this.#lookOptions(target, 0);
    const looks: Look[] = [];
    for (let run = 0; run < lostRuns; run += 1)
      looks.push(await this.#looker.look(frame, target.lostSearch.next().value, target.box, options));
    const best = looks.reduce((a, b) => (b.peak.score > a.peak.score ? b : a));
    // a later look wrote over the response of a promising one
    const isStale = best !== looks.at(-1) && best.peak.score >= reacquireAbove;
    return isStale ? this.#looker.look(frame, best.region, target.box, options) : best;
  }

  /** Lets the selected box settle in its frame, as it would in a picture that stands still. @returns what the network sees of it */
  async settle(target: Target, frame: Frame): Promise<Box> {
    const { box: selected } = target;
    let seen = selected;
    for (let run = 0; run < this.#options.settleRuns; run += 1) {
      const look = await this.#lookAround(target, frame, seen, settlingWindow);
      const next = blendSize(seen, look, this.#options);
      // something beside the target was seen: not to be learned from
      if (centreDistance(next, selected) > meanSide(selected) / 2) break;
      seen = next;
    }
    return seen;
  }

  #lookAround(target: Target, frame: Frame, expected: Box, windowInfluence: number): Promise<Look> {
    const options = this.#lookOptions(target, windowInfluence);
    return this.#looker.look(frame, this.regionAround(expected), expected, options);
  }

  #lookOptions({ memory, classifier }: Target, windowInfluence: number): LookOptions {
    const { classifierWeight, sizePenalty, distractorAbove } = this.#options;
    return {
      template: memory.template,
      classifier,
      classifierWeight,
      windowInfluence,
      sizePenalty,
      rivalsAbove: distractorAbove,
    };
  }
}
