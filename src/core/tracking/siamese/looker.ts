import type { Box } from '../../geometry/box.js';
import {
  type CropRegion,
  extentInCrop,
  templateRegion,
  toCrop,
  toImage,
} from '../../geometry/crop-region.js';
import type { Frame } from '../../image/frame.js';
import { createCropSampler } from '../../image/sampler.js';
import type { Network, Response, TemplateFeatures } from '../../model/network.js';
import { cosineWindow, findPeak, type Peak, rivalPeaks } from './decode-response.js';
import type { Candidate } from './distractors.js';
import { peakToCorrelationEnergy } from './evidence.js';
import type { TargetClassifier } from './target-classifier.js';

/** What one look at a region showed. */
export interface Look {
  readonly region: CropRegion;
  /** The response that was decided on: the network's, mixed with the classifier's. Valid until the next look. */
  readonly likeness: Response;
  readonly peak: Peak;
  /** The chosen box, image pixels. */
  readonly seen: Box;
  /** The network's own score at the peak, and the classifier's. */
  readonly score: number;
  readonly classifier: number;
  /** Sharpness of the likeness, see peakToCorrelationEnergy. */
  readonly apce: number;
  /** Other peaks, best first. */
  readonly rivals: readonly Candidate[];
}

export interface LookOptions {
  readonly template: TemplateFeatures;
  /** Null where none is learned. */
  readonly classifier: TargetClassifier | null;
  readonly classifierWeight: number;
  readonly windowInfluence: number;
  readonly sizePenalty: number;
  /** Least likeness of a rival peak; 1 looks for none. */
  readonly rivalsAbove: number;
}

/** Cuts regions out of frames and asks the network (and the classifier) about them; owns the buffers for it. */
export class Looker {
  readonly #network: Network;
  readonly #sampler = createCropSampler();
  readonly #window: Float32Array;
  readonly #templateCrop: Uint8Array;
  readonly #searchCrop: Uint8Array;
  readonly #likeness: Float32Array;
  readonly #own: Float32Array;

  constructor(network: Network) {
    this.#network = network;
    const { template, search, response } = network.contract;
    this.#window = cosineWindow(response, search.cropSize);
    this.#templateCrop = new Uint8Array(3 * template.cropSize ** 2);
    this.#searchCrop = new Uint8Array(3 * search.cropSize ** 2);
    this.#likeness = new Float32Array(response.size ** 2);
    this.#own = new Float32Array(response.size ** 2);
  }

  /** Features of the target in `box`. */
  async embed(frame: Frame, box: Box): Promise<TemplateFeatures> {
    const { template, context } = this.#network.contract;
    this.#sampler.sampleCrop(frame, templateRegion(box, context), template.cropSize, this.#templateCrop);
    const features = await this.#network.embed(this.#templateCrop);
    return { ...features, extent: extentInCrop(box, context, template.cropSize) };
  }

  /** The network's plain answer for a region. */
  respond(frame: Frame, region: CropRegion, template: TemplateFeatures): Promise<Response> {
    this.#sampler.sampleCrop(frame, region, this.#network.contract.search.cropSize, this.#searchCrop);
    return this.#network.respond(template, this.#searchCrop);
  }

  /** @param expected the target as it is predicted, image pixels */
  async look(frame: Frame, region: CropRegion, expected: Box, options: LookOptions): Promise<Look> {
    const response = await this.respond(frame, region, options.template);
    return this.judge(response, region, expected, options);
  }

  /** Mixes the classifier in, picks the cell, and reads off the boxes. */
  judge(response: Response, region: CropRegion, expected: Box, options: LookOptions): Look {
    const { search, response: grid } = this.#network.contract;
    const { classifier, classifierWeight, windowInfluence, sizePenalty, rivalsAbove } = options;
    const likeness = this.#mix(response, classifier, classifierWeight);
    const known = toCrop(expected, region, search.cropSize);
    const peak = findPeak(likeness, grid, this.#window, {
      widthInCrop: known.width,
      heightInCrop: known.height,
      windowInfluence,
      sizePenalty,
    });
    const cell = peak.row * grid.size + peak.column;
    const inImage = (box: Box): Box => toImage(box, region, search.cropSize);
    const rivals = rivalsAbove < 1 ? rivalPeaks(likeness, grid, peak, rivalsAbove) : [];
    return {
      region,
      likeness,
      peak,
      seen: inImage(peak.boxInCrop),
      score: response.scores[cell]!,
      classifier: classifier && response.cells ? this.#own[cell]! : response.scores[cell]!,
      apce: peakToCorrelationEnergy(likeness.scores),
      rivals: rivals.map(({ score, boxInCrop }) => ({ score, box: inImage(boxInCrop) })),
    };
  }

  #mix(response: Response, classifier: TargetClassifier | null, weight: number): Response {
    const { cells, scores } = response;
    if (!classifier || !cells) return response;
    classifier.respond(cells, this.#own);
    for (let cell = 0; cell < scores.length; cell += 1)
      this.#likeness[cell] = (1 - weight) * scores[cell]! + weight * this.#own[cell]!;
    return { ...response, scores: this.#likeness };
  }
}
