import type { Intrinsics } from '../../core/gimbal/pinhole.js';
import type { RosMessage } from '../backend.js';

/**
 * The camera that a `sensor_msgs/msg/CameraInfo` describes, for the pictures it sends.
 * @param rectified the pictures are rectified already: then the projection matrix counts, and the lens is ideal.
 * @returns what is wrong, in words, where it cannot be used
 */
export function intrinsicsOfInfo(info: RosMessage, rectified: boolean): Intrinsics | string {
  const [k, p, d] = [numbers(info['k']), numbers(info['p']), numbers(info['d'])];
  const model = String(info['distortion_model']);
  const [fx, fy] = rectified ? [p[0], p[5]] : [k[0], k[4]];
  const [cx, cy] = rectified ? [p[2], p[6]] : [k[2], k[5]];
  if (!(fx! > 0 && fy! > 0)) return 'the camera says it is not calibrated (focal length 0)';
  const ideal = rectified || d.every((value) => value === 0);
  if (!ideal && (model !== 'plumb_bob' || d.length !== 5)) {
    return `distortion model "${model}" with ${d.length} coefficients is not understood, only plumb_bob is`;
  }
  const region = (info['roi'] ?? {}) as RosMessage;
  const cut = Number(region['width']) > 0 && Number(region['height']) > 0;
  const [width, height] = cut ? [region['width'], region['height']] : [info['width'], info['height']];
  const [left, top] = cut ? [region['x_offset'], region['y_offset']] : [0, 0];
  if (!(Number(width) > 0 && Number(height) > 0)) return 'the camera says its pictures have no size';
  return {
    ...{ width: Number(width), height: Number(height), fx: fx!, fy: fy! },
    // ROS counts pixel centres as whole numbers; ours are continuous, with a pixel's centre at its half
    ...{ cx: cx! - Number(left) + 0.5, cy: cy! - Number(top) + 0.5 },
    distortion: ideal ? [0, 0, 0, 0, 0] : [d[0]!, d[1]!, d[2]!, d[3]!, d[4]!],
  };
}

function numbers(value: unknown): ArrayLike<number> & { every(test: (value: number) => boolean): boolean } {
  return value instanceof Float64Array ? value : Array.isArray(value) ? (value as number[]) : [];
}
