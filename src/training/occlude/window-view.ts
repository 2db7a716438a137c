import { type Frame, type Plane, planeLayout } from '../../core/image/frame.js';
import type { Size } from '../../core/geometry/box.js';
import type { Area } from './channel.js';

/** A part of a frame as a frame of its own; nothing is copied. The area is even and inside. */
export function windowView(frame: Frame, { x, y, width, height }: Area): Frame {
  // an even offset is whole samples of every plane: as many bytes as a frame of that width and height has
  const before = planeLayout(frame.format, { width: x, height: y });
  const planes = frame.planes.map(({ data, stride }, plane) => {
    const { rowBytes, rows } = before[plane]!;
    return { data: data.subarray(rows * stride + rowBytes), stride };
  });
  return borrowed(frame, { width, height }, planes);
}

/** A frame over the pixels of another: disposing it does nothing. */
export function borrowed(frame: Frame, { width, height }: Size, planes: readonly Plane[]): Frame {
  const { format, fullRange = false, capturedAtNs, sequence } = frame;
  return { format, width, height, planes, fullRange, capturedAtNs, sequence, dispose: () => undefined };
}
