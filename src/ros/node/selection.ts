import { boxFromCorner } from '../../core/geometry/box.js';
import type { Command, FrameReference } from '../../core/ports/control.js';
import type { RosMessage } from '../backend.js';

/** A select command, or what is wrong, in words. */
export type Selection = (Command & { readonly kind: 'select' }) | string;

/** Far beyond any image; what lies outside of this one is for the control port to refuse. */
const farthest = 1e6;

/** What a `sensor_msgs/msg/RegionOfInterest` selects. @param timeNs capture time of the frame it was drawn on */
export function selectionOfRegion(region: RosMessage, timeNs?: bigint): Selection {
  const [x, y, width, height] = numbersOf(region, 'x_offset', 'y_offset', 'width', 'height');
  const words = `region ${width}x${height} at ${x}, ${y}`;
  if (!(width > 0 && height > 0)) return `select: ${words}: width and height must be above 0`;
  if (Math.max(x + width, y + height) > farthest) return `select: ${words} lies in no image`;
  return { kind: 'select', box: boxFromCorner({ x, y, width, height }), ...on(timeNs) };
}

/** What a point of `geometry_msgs/msg/PointStamped` selects: x and y are image pixels, z is not looked at. */
export function selectionOfPoint(point: RosMessage, timeNs?: bigint): Selection {
  const [x, y] = numbersOf(point, 'x', 'y');
  if (!(Math.abs(x) <= farthest && Math.abs(y) <= farthest))
    return `select: point ${x}, ${y} lies in no image`;
  return { kind: 'select', point: { x, y }, ...on(timeNs) };
}

/**
 * What `set_target` asks for, in a `sensor_msgs/msg/CameraInfo`: its `roi`, counted in pixels of a picture of `width` x
 * `height` (0: of the tracked frame itself); a region without area is the point at its corner.
 */
export function selectionOfInfo(
  info: RosMessage,
  frame: { readonly width: number; readonly height: number } | null,
  timeNs?: bigint,
): Selection {
  const roi = (info['roi'] ?? {}) as RosMessage;
  const [width, height] = numbersOf(info, 'width', 'height');
  const [x, y, w, h] = numbersOf(roi, 'x_offset', 'y_offset', 'width', 'height');
  const scaleX = width > 0 && frame ? frame.width / width : 1;
  const scaleY = height > 0 && frame ? frame.height / height : 1;
  if (w === 0 && h === 0) {
    return selectionOfPoint({ x: (x + 0.5) * scaleX, y: (y + 0.5) * scaleY }, timeNs);
  }
  const region = { x_offset: x * scaleX, y_offset: y * scaleY, width: w * scaleX, height: h * scaleY };
  return selectionOfRegion(region, timeNs);
}

function on(timeNs: bigint | undefined): FrameReference {
  return timeNs === undefined ? {} : { timeNs };
}

function numbersOf<const Names extends readonly string[]>(message: RosMessage, ...names: Names) {
  return names.map((name) => Number(message[name])) as { [Index in keyof Names]: number };
}
