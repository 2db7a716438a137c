import type { Vector } from '../camera.js';

/** A crossing over the route. Its heading is that of the deck: across the route. */
export interface Bridge extends Vector {
  readonly heading: number;
  /** Metres of the route it covers. */
  readonly length: number;
}
