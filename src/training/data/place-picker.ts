import { TrainingError } from '../../core/errors.js';
import { type Box, boxArea, isValidBox } from '../../core/geometry/box.js';
import type { Random } from '../../core/random.js';
import type { PictureStore } from './picture-store.js';
import { type SearchGeometry, willingness } from './surroundings.js';

/** One box in one stored frame, by name. */
export interface Place {
  readonly clip: string;
  readonly frame: number;
  readonly box: Box;
}

/** Smaller boxes (stored pixels) show nothing that could be told apart. */
export const smallestArea = 10 ** 2;

/** Draws proposed boxes: images or video frames by `imageShare`, every clip alike, better-scored boxes more often, and those with surroundings. */
export class PlacePicker {
  readonly #store: PictureStore;
  readonly #images: readonly string[];
  readonly #videos: readonly string[];
  readonly #clips: ReadonlyMap<string, PictureStore['clips'][number]>;
  readonly #imageShare: number;
  readonly #geometry: SearchGeometry;

  /** @throws TrainingError when the store holds no proposed box. */
  constructor(store: PictureStore, imageShare: number, geometry: SearchGeometry) {
    this.#store = store;
    this.#imageShare = imageShare;
    this.#geometry = geometry;
    const usable = store.clips.filter(({ name }) => store.proposals(name).some((boxes) => boxes.length > 0));
    this.#images = usable.filter(({ kind }) => kind === 'image').map(({ name }) => name);
    this.#videos = usable.filter(({ kind }) => kind === 'video').map(({ name }) => name);
    this.#clips = new Map(store.clips.map((clip) => [clip.name, clip]));
    if (usable.length === 0)
      throw new TrainingError('the frame store holds no proposed box: ingest found nothing to train on');
  }

  draw(random: Random): Place {
    const fromImages =
      this.#videos.length === 0 || (this.#images.length > 0 && random.chance(this.#imageShare));
    const clips = fromImages ? this.#images : this.#videos;
    for (let attempt = 0; attempt < 1000; attempt += 1) {
      const clip = random.pick(clips);
      const picture = this.#clips.get(clip)!;
      const frame = random.below(picture.frames);
      const boxes = this.#store.proposals(clip)[frame] ?? [];
      // a power above 1 of a uniform number prefers the front of the list
      const box = boxes[Math.floor(random.next() ** 1.5 * boxes.length)];
      if (!box || !isValidBox(box) || boxArea(box) < smallestArea) continue;
      if (random.chance(willingness(box, picture, this.#geometry)))
        return { clip, frame, box: jitter(box, random) };
    }
    throw new TrainingError('no proposed box found in 1000 draws: the frame store is nearly empty');
  }
}

/** Proposals are no ground truth: any box near one is as good an "object", and variety of extent helps. */
function jitter(box: Box, random: Random): Box {
  return {
    cx: box.cx + random.normal(0.05) * box.width,
    cy: box.cy + random.normal(0.05) * box.height,
    width: box.width * random.logUniform(1.15),
    height: box.height * random.logUniform(1.15),
  };
}
