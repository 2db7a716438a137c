import type { Size } from '../../../core/geometry/box.js';
import {
  capabilityFlags,
  capabilityLayout,
  enumDiscrete,
  formatDescriptionLayout,
  frameIntervalLayout,
  frameSizeLayout,
  videoCapture,
} from './abi.js';
import type { PictureWish } from './device-settings.js';
import type { V4l2Device } from './device.js';
import { SystemCallError } from './libc.js';
import { struct, text } from './struct.js';

export interface Capability {
  readonly driver: string;
  readonly card: string;
  readonly capturesVideo: boolean;
  readonly multiPlanarOnly: boolean;
  readonly streams: boolean;
}

/** Sizes a driver offers: one, or all between two. */
export interface SizeOffer {
  readonly least: Size;
  readonly greatest: Size;
}

/** Frame rates a driver offers: one, or all between two. */
export interface RateOffer {
  readonly least: number;
  readonly greatest: number;
}

/** @throws SystemCallError, ENOTTY or EINVAL when this is no V4L2 device. */
export function queryCapability(device: V4l2Device): Capability {
  const at = capabilityLayout;
  const answer = struct(at.size);
  device.call('QUERYCAP', answer);
  const all = answer.getUint32(at.capabilities, true);
  const flags = all & capabilityFlags.deviceCaps ? answer.getUint32(at.deviceCaps, true) : all;
  const capturesVideo = (flags & capabilityFlags.videoCapture) !== 0;
  return {
    driver: text(answer, at.driver, 16),
    card: text(answer, at.card, 32),
    capturesVideo,
    multiPlanarOnly: !capturesVideo && (flags & capabilityFlags.videoCaptureMplane) !== 0,
    streams: (flags & capabilityFlags.streaming) !== 0,
  };
}

/** FOURCC codes, in the driver's order. */
export function enumerateFormats(device: V4l2Device): number[] {
  const at = formatDescriptionLayout;
  return enumerate(device, 'ENUM_FMT', at, { [at.type]: videoCapture }, (entry) =>
    entry.getUint32(at.pixelFormat, true),
  );
}

export function enumerateSizes(device: V4l2Device, fourcc: number): SizeOffer[] {
  const at = frameSizeLayout;
  return enumerate(device, 'ENUM_FRAMESIZES', at, { [at.pixelFormat]: fourcc }, (entry) => {
    const size = (width: number, height: number): Size => ({
      width: entry.getUint32(width, true),
      height: entry.getUint32(height, true),
    });
    if (entry.getUint32(at.type, true) === enumDiscrete) {
      const only = size(at.width, at.height);
      return { least: only, greatest: only };
    }
    return { least: size(at.minWidth, at.minHeight), greatest: size(at.maxWidth, at.maxHeight) };
  });
}

export function enumerateRates(device: V4l2Device, { fourcc, width, height }: PictureWish): RateOffer[] {
  const at = frameIntervalLayout;
  const wish = { [at.pixelFormat]: fourcc, [at.width]: width, [at.height]: height };
  return enumerate(device, 'ENUM_FRAMEINTERVALS', at, wish, (entry) => {
    const rate = (numerator: number, denominator: number): number =>
      entry.getUint32(denominator, true) / entry.getUint32(numerator, true);
    const greatest = rate(at.numerator, at.denominator);
    if (entry.getUint32(at.type, true) === enumDiscrete) return { least: greatest, greatest };
    return { least: rate(at.maxNumerator, at.maxDenominator), greatest };
  });
}

/** Asks for entry 0, 1, … until the driver says EINVAL; a driver without this list has no entries. */
function enumerate<T>(
  device: V4l2Device,
  call: 'ENUM_FMT' | 'ENUM_FRAMESIZES' | 'ENUM_FRAMEINTERVALS',
  { size, index: indexOffset }: { readonly size: number; readonly index: number },
  fields: Readonly<Record<number, number>>,
  read: (entry: DataView) => T,
): T[] {
  const entries: T[] = [];
  for (let index = 0; index < 256; index += 1) {
    const entry = struct(size);
    for (const [offset, value] of Object.entries(fields)) entry.setUint32(Number(offset), value, true);
    entry.setUint32(indexOffset, index, true);
    try {
      device.call(call, entry);
    } catch (error) {
      if (error instanceof SystemCallError && ['EINVAL', 'ENOTTY'].includes(error.code)) break;
      throw error;
    }
    entries.push(read(entry));
  }
  return entries;
}
