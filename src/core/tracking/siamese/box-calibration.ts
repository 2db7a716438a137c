import { type Box, clamp } from '../../geometry/box.js';

/** Sides of the selected box over those of the seen one lie within this factor. */
const mostRatio = 4;
/** The selected centre lies at most this far from the seen one, in seen sides. */
const mostShift = 1;

/**
 * What a person selects is not always what the network, which learned without labels, sees as one thing: of a walker it may
 * hold on to the upper body, to a car it may add the shadow. The tracker follows what the network sees, where the network is
 * at its best; what it answers is the box that lies to that as the selected one lay to what was seen in the first frame.
 */
export class BoxCalibration {
  /** Selected sides over seen sides. */
  readonly #ratio: { readonly width: number; readonly height: number };
  /** Centre of the selected box from that of the seen one, in seen sides. */
  readonly #shift: { readonly x: number; readonly y: number };

  /** @param share of the difference that is believed, 0..1; both boxes in the same coordinates */
  constructor(selected: Box, seen: Box, share: number) {
    const ratio = (one: number, other: number): number =>
      clamp(one / other, 1 / mostRatio, mostRatio) ** share;
    const shift = (one: number, other: number, side: number): number =>
      share * clamp((one - other) / side, -mostShift, mostShift);
    this.#ratio = {
      width: ratio(selected.width, seen.width),
      height: ratio(selected.height, seen.height),
    };
    this.#shift = {
      x: shift(selected.cx, seen.cx, seen.width),
      y: shift(selected.cy, seen.cy, seen.height),
    };
  }

  /** The target's box from what the network sees of it; same coordinates. */
  restore({ cx, cy, width, height }: Box): Box {
    return {
      cx: cx + this.#shift.x * width,
      cy: cy + this.#shift.y * height,
      width: this.#ratio.width * width,
      height: this.#ratio.height * height,
    };
  }
}
