import { boxFromCorner, type Box } from '../../core/geometry/box.js';
import type { RosMessage } from '../backend.js';

/** The box that a `sensor_msgs/msg/RegionOfInterest` says; null when it has no area. Whether it suits is the control port's to say. */
export function selectionOf(region: RosMessage): Box | null {
  const [x, y, width, height] = ['x_offset', 'y_offset', 'width', 'height'].map((name) =>
    Number(region[name]),
  );
  if (!(width! > 0 && height! > 0)) return null;
  return boxFromCorner({ x: x!, y: y!, width: width!, height: height! });
}
