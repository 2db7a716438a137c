import type { Box } from '../../core/geometry/box.js';

/** A box that may hold an object, found without labels. Image pixels of the stored frame. */
export interface Proposal extends Box {
  /** 0..1, comparable between frames. */
  readonly score: number;
  /** 'edge': closed contours; 'motion': moves otherwise than the camera. */
  readonly kind: 'edge' | 'motion';
}
