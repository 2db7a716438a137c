import { clamp, type Box, type CornerBox, type Point, type Size } from '../geometry/box.js';
import type { Frame } from '../image/frame.js';
import { invertMatrix } from '../motion/matrix.js';
import type { Window } from '../objectness/contour-scorer.js';
import type { Neighbour } from '../objectness/residual-motion.js';
import { type BackgroundMotion, inOtherCoordinates } from './background-motion.js';
import { cutPicture } from './cut-picture.js';
import { createWindowCues, type WindowCues } from './window-cues.js';

/** All that is known of a window around a tapped point. */
export interface WindowFacts extends WindowCues {
  /** Natural logarithm of the window's mean side over the frame's. */
  readonly logSize: number;
  /** Natural logarithm of width over height. */
  readonly logAspect: number;
  /** Its centre is the tapped point. */
  readonly centred: boolean;
}

/** A picture in which windows around a tapped point can be looked at. Windows are in its pixels. */
export interface TappedPicture extends Size {
  readonly point: Point;
  /** Sides of windows that this picture is for: means of width and height. */
  readonly least: number;
  readonly most: number;
  factsOf(window: Window, centred: boolean): WindowFacts;
  /** In image pixels. */
  toImage(window: Window): Box;
}

/** Pixels of the pictures that are looked at. */
const pictureSide = 384;
/** Smallest window, picture pixels; the largest as shares of the surroundings and of the frame. */
const [leastSide, nearShare, farShare] = [9, 0.45, 0.62];

/** The surroundings of the point as they are; and, for what is larger, the whole frame, smaller. */
export function tappedPictures(
  point: Point,
  frame: Frame,
  motions: readonly BackgroundMotion[],
): TappedPicture[] {
  const near = surroundings(point, frame);
  const mostNear = nearShare * Math.max(near.width, near.height);
  const pictures = [look(point, frame, near, 1, motions, { least: leastSide, most: mostNear })];
  const scale = Math.max(frame.width, frame.height) / pictureSide;
  if (scale <= 1) return pictures;
  const whole = { x: 0, y: 0, width: frame.width, height: frame.height };
  const sides = { least: mostNear / scale, most: farShare * pictureSide };
  return [...pictures, look(point, frame, whole, scale, motions, sides)];
}

/** The part of the frame around the point, whole pixels on the chroma's grid. */
function surroundings({ x, y }: Point, { width, height }: Size): CornerBox {
  const size = { width: Math.min(width, pictureSide), height: Math.min(height, pictureSide) };
  const even = (value: number): number => 2 * Math.floor(value / 2);
  return {
    x: even(clamp(x - size.width / 2, 0, width - size.width)),
    y: even(clamp(y - size.height / 2, 0, height - size.height)),
    ...size,
  };
}

function look(
  tapped: Point,
  frame: Frame,
  area: CornerBox,
  scale: number,
  motions: readonly BackgroundMotion[],
  sides: { readonly least: number; readonly most: number },
): TappedPicture {
  const picture = cutPicture(frame, area, scale);
  const cuesOf = createWindowCues(picture, neighboursOf(area, scale, motions));
  const point = { x: (tapped.x - area.x) / scale, y: (tapped.y - area.y) / scale };
  const logFrameSide = Math.log(Math.sqrt(frame.width * frame.height) / scale);
  const { width, height } = picture;
  return {
    ...{ point, width, height },
    ...sides,
    factsOf: (window, centred) => {
      const { width: w, height: h } = boxOf(window);
      const logSize = 0.5 * Math.log(w * h) - logFrameSide;
      return { ...cuesOf(window), logSize, logAspect: Math.log(w / h), centred };
    },
    toImage: (window) => {
      const { cx, cy, width: w, height: h } = boxOf(window);
      return { cx: area.x + cx * scale, cy: area.y + cy * scale, width: w * scale, height: h * scale };
    },
  };
}

function boxOf({ left, top, right, bottom }: Window): Box {
  return { cx: (left + right) / 2, cy: (top + bottom) / 2, width: right - left, height: bottom - top };
}

function neighboursOf(area: CornerBox, scale: number, motions: readonly BackgroundMotion[]): Neighbour[] {
  const toPicture = invertMatrix([scale, 0, area.x, 0, scale, area.y, 0, 0, 1]);
  return motions.map(({ neighbour, matrix }) => ({
    luma: cutPicture(neighbour, area, scale).y,
    matrix: inOtherCoordinates(matrix, toPicture),
  }));
}
