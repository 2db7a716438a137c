import { TrainingError } from '../../core/errors.js';
import { type Box, boxArea, iou } from '../../core/geometry/box.js';
import { createCropSampler } from '../../core/image/sampler.js';
import { mix, createRandom, type Random } from '../../core/random.js';
import type { NetworkSpec } from '../network/spec.js';
import type { PairAugmentation, ViewOptions } from './augmentation.js';
import type { PairBatch, PairBatchShape } from './pair-batch.js';
import type { PictureStore } from './picture-store.js';
import { type Place, PlacePicker, smallestArea } from './place-picker.js';
import { willingness } from './surroundings.js';
import { type Companions, type Sighting, ViewRenderer } from './view.js';

/** An object seen in several frames of one clip: what mining finds. */
export interface Tracklet {
  readonly clip: string;
  readonly sightings: readonly {
    readonly frame: number;
    readonly box: Box;
    /** Trust in this box, 0..1. */ readonly grade: number;
  }[];
}

export interface PairSourceOptions extends PairBatchShape {
  readonly spec: NetworkSpec;
  readonly seed: number;
  readonly self: PairAugmentation;
  readonly mined: PairAugmentation;
  readonly tracklets: readonly Tracklet[];
  /** Share of pairs drawn from the tracklets, when there are any. */
  readonly minedShare: number;
  /** Longest interval of a mined pair, in stored frames. */
  readonly maxInterval: number;
  /** Share of self-pairs drawn from still images rather than from video frames. */
  readonly imageShare: number;
  /**
   * Share of mined pairs that are made wrong on purpose, to see what noise does: the search box is another object's, of the same
   * clip or of another. Default 0.
   */
  readonly wrongShare?: number;
  /** Clips that nothing is drawn from, see heldOutClips(); none when absent. Tracklets must not name them. */
  readonly holdOut?: readonly string[];
}

/**
 * Draws training pairs. Batch `index` depends on the seed and the index alone: whoever renders it, in whatever order,
 * gets the same bytes, so a resumed training sees what an uninterrupted one would have seen.
 */
export class PairSource {
  readonly #store: PictureStore;
  readonly #options: PairSourceOptions;
  readonly #templates: ViewRenderer;
  readonly #searches: ViewRenderer;
  readonly #picker: PlacePicker;
  readonly #buffers: readonly [Uint8Array, Uint8Array];
  readonly #clips: ReadonlyMap<string, PictureStore['clips'][number] & { readonly number: number }>;

  constructor(store: PictureStore, options: PairSourceOptions) {
    const { spec } = options;
    this.#store = store;
    this.#options = options;
    const sampler = createCropSampler();
    const zoom = spec.searchSize / spec.templateSize;
    this.#templates = new ViewRenderer(sampler, { size: spec.templateSize, zoom: 1, context: spec.context });
    this.#searches = new ViewRenderer(sampler, { size: spec.searchSize, zoom, context: spec.context });
    this.#picker = new PlacePicker(store, options.imageShare, spec);
    this.#buffers = [new Uint8Array(store.maxFrameBytes), new Uint8Array(store.maxFrameBytes)];
    this.#clips = new Map(store.clips.map((clip, number) => [clip.name, { ...clip, number }]));
  }

  /** Renders batch `index` into `batch`. */
  render(index: number, batch: PairBatch): void {
    const random = createRandom(mix(this.#options.seed, index));
    for (let slot = 0; slot < this.#options.batchSize; slot += 1)
      this.#renderPair(batch, slot, random.fork(random.below(2 ** 31)));
  }

  #renderPair(batch: PairBatch, slot: number, random: Random): void {
    const { tracklets, minedShare, self, mined } = this.#options;
    const isMined = tracklets.length > 0 && random.chance(minedShare);
    const { template, search, weight } = isMined ? this.#drawMined(random) : this.#drawSelf(random);
    const augmentation = greyed(isMined ? mined : self, random);
    const { box: shown } = this.#templates.render(
      this.#read(template, 0),
      augmentation.template,
      this.#companions(template, random),
      random,
      batch.template(slot),
    );
    const { box, visible } = this.#searches.render(
      this.#read(search, 0),
      augmentation.search,
      this.#companions(search, random),
      random,
      batch.search(slot),
    );
    batch.setFacts(slot, {
      box,
      extent: [shown.width, shown.height],
      visible,
      weight,
      mined: isMined,
      clip: this.#clips.get(search.clip)!.number,
    });
  }

  /** Something else from anywhere, and something else from the target's own frame: what looks most like it. */
  #companions({ clip, frame, box }: Place, random: Random): Companions {
    const other = (): Sighting => this.#read(this.#picker.draw(random), 1);
    const rival = (): Sighting => {
      const beside = (this.#store.proposals(clip)[frame] ?? []).filter(
        (place) => boxArea(place) >= smallestArea && iou(place, box) < 0.1,
      );
      return beside.length > 0 ? this.#read({ clip, frame, box: random.pick(beside) }, 1) : other();
    };
    return { other, rival };
  }

  #drawSelf(random: Random): { template: Place; search: Place; weight: number } {
    const place = this.#picker.draw(random);
    return { template: place, search: place, weight: 1 };
  }

  #drawMined(random: Random): { template: Place; search: Place; weight: number } {
    const { clip, sightings, anchor } = this.#drawAnchor(random);
    const near = sightings.filter(({ frame }) => Math.abs(frame - anchor.frame) <= this.#options.maxInterval);
    const found = random.pick(near);
    const { wrongShare = 0 } = this.#options;
    const right = { clip, frame: found.frame, box: found.box };
    const isWrong = wrongShare > 0 && random.chance(wrongShare);
    return {
      template: { clip, frame: anchor.frame, box: anchor.box },
      search: isWrong ? this.#drawWrong(right, sightings, random) : right,
      // mining would not have known: the grade stays
      weight: Math.min(anchor.grade, found.grade),
    };
  }

  /** Another object in the place of `right`: half of the time of the same clip, where there is one, else of another clip. */
  #drawWrong({ clip }: Place, own: Tracklet['sightings'], random: Random): Place {
    const { tracklets } = this.#options;
    const sameClip = random.chance(0.5);
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const other = random.pick(tracklets);
      if (other.sightings === own || (attempt < 50 && (other.clip === clip) !== sameClip)) continue;
      const { frame, box } = random.pick(other.sightings);
      // two tracklets of one clip may follow one object
      const self = other.clip === clip ? own.find((sighting) => sighting.frame === frame) : undefined;
      if (other.clip === clip && (!self || iou(self.box, box) > 0.1)) continue;
      return { clip: other.clip, frame, box };
    }
    throw new TrainingError('wrongShare: no two different objects among the tracklets');
  }

  /** A sighting of a tracklet, preferably with its surroundings in the picture. */
  #drawAnchor(
    random: Random,
  ): Pick<Tracklet, 'clip' | 'sightings'> & { anchor: Tracklet['sightings'][number] } {
    const { tracklets, spec } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const { clip, sightings } = random.pick(tracklets);
      const anchor = random.pick(sightings);
      const willing = willingness(anchor.box, this.#clips.get(clip)!, spec);
      if (attempt >= 100 || random.chance(willing)) return { clip, sightings, anchor };
    }
  }

  #read({ clip, frame, box }: Place, buffer: 0 | 1): Sighting {
    return { frame: this.#store.readFrame(clip, frame, this.#buffers[buffer]), box };
  }
}

/** Some pairs are grey altogether, as some cameras are: colour tells targets apart where there is colour. */
function greyed(pair: PairAugmentation, random: Random): PairAugmentation {
  if (!random.chance(pair.greyProbability)) return pair;
  const grey = (view: ViewOptions): ViewOptions => ({
    ...view,
    light: { ...view.light, greyProbability: 1 },
  });
  return { ...pair, template: grey(pair.template), search: grey(pair.search) };
}
