import type { Size } from '../../../core/geometry/box.js';
import { capabilityFlags, fieldNone, formatLayout, streamParametersLayout, videoCapture } from './abi.js';
import type { V4l2Device } from './device.js';
import { SystemCallError } from './libc.js';
import { struct } from './struct.js';

export interface PictureFormat extends Size {
  readonly fourcc: number;
  readonly bytesPerLine: number;
  /** Bytes a buffer needs. */
  readonly imageBytes: number;
  readonly colorspace: number;
  readonly quantization: number;
}

export type PictureWish = Size & Pick<PictureFormat, 'fourcc'>;

export function getFormat(device: V4l2Device): PictureFormat {
  return callFormat(device, 'G_FMT', null);
}

/** What the driver would make of a wish. */
export function tryFormat(device: V4l2Device, wish: PictureWish): PictureFormat {
  return callFormat(device, 'TRY_FMT', wish);
}

/** Sets a format; the answer is what the driver really set. */
export function setFormat(device: V4l2Device, wish: PictureWish): PictureFormat {
  return callFormat(device, 'S_FMT', wish);
}

/** Frames per second; null when the driver does not say. */
export function getRate(device: V4l2Device): number | null {
  return callRate(device, 'G_PARM', null);
}

/** Sets the frame rate; the answer is what the driver really set, null when it cannot be set. */
export function setRate(device: V4l2Device, fps: number): number | null {
  return callRate(device, 'S_PARM', fps);
}

function callFormat(
  device: V4l2Device,
  call: 'G_FMT' | 'TRY_FMT' | 'S_FMT',
  wish: PictureWish | null,
): PictureFormat {
  const at = formatLayout;
  const format = struct(at.size);
  format.setUint32(at.type, videoCapture, true);
  if (wish) {
    format.setUint32(at.width, wish.width, true);
    format.setUint32(at.height, wish.height, true);
    format.setUint32(at.pixelFormat, wish.fourcc, true);
    format.setUint32(at.field, fieldNone, true);
  }
  device.call(call, format);
  return {
    fourcc: format.getUint32(at.pixelFormat, true),
    width: format.getUint32(at.width, true),
    height: format.getUint32(at.height, true),
    bytesPerLine: format.getUint32(at.bytesPerLine, true),
    imageBytes: format.getUint32(at.sizeImage, true),
    colorspace: format.getUint32(at.colorspace, true),
    quantization: format.getUint32(at.quantization, true),
  };
}

function callRate(device: V4l2Device, call: 'G_PARM' | 'S_PARM', fps: number | null): number | null {
  const at = streamParametersLayout;
  const parameters = struct(at.size);
  parameters.setUint32(at.type, videoCapture, true);
  if (fps !== null) {
    parameters.setUint32(at.numerator, 1000, true);
    parameters.setUint32(at.denominator, Math.round(fps * 1000), true);
  }
  try {
    device.call(call, parameters);
  } catch (error) {
    if (error instanceof SystemCallError && ['ENOTTY', 'EINVAL'].includes(error.code)) return null;
    throw error;
  }
  const settable = (parameters.getUint32(at.capability, true) & capabilityFlags.timePerFrame) !== 0;
  const rate = parameters.getUint32(at.denominator, true) / parameters.getUint32(at.numerator, true);
  return settable && Number.isFinite(rate) && rate > 0 ? rate : null;
}
