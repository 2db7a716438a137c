import { SourceError, UsageError } from '../../../core/errors.js';
import type { SourceOptions } from '../source-options.js';
import {
  enumerateFormats,
  enumerateRates,
  enumerateSizes,
  type RateOffer,
  type SizeOffer,
} from './device-offers.js';
import {
  getFormat,
  getRate,
  setFormat,
  setRate,
  tryFormat,
  type PictureFormat,
  type PictureWish,
} from './device-settings.js';
import type { V4l2Device } from './device.js';
import { SystemCallError } from './libc.js';
import { cameraFormats, formatByName, fourccName, type CameraFormat } from './pixel-formats.js';

export interface Negotiated {
  readonly camera: CameraFormat;
  readonly picture: PictureFormat;
  /** Null when the driver does not say. */
  readonly fps: number | null;
}

type Wish = Pick<SourceOptions, 'size' | 'fps' | 'format'>;

/**
 * Sets picture format and frame rate, and checks that the driver set what was asked.
 *
 * Without `format` the best one is taken that has the asked size and rate; without `size` the driver's present size.
 * @throws UsageError quoting what was asked and got, and listing what the device offers.
 */
export function negotiate(device: V4l2Device, display: string, wish: Wish): Negotiated {
  const camera = chooseFormat(device, display, wish);
  const picture = setFormat(device, pictureWish(device, camera, wish));
  const origin = `source "${display}"`;
  if (picture.fourcc !== camera.fourcc) {
    throw mismatch(device, `${origin}: format: asked for ${camera.name}, got ${fourccName(picture.fourcc)}`);
  }
  if (wish.size && (picture.width !== wish.size.width || picture.height !== wish.size.height)) {
    const asked = `${wish.size.width}x${wish.size.height}`;
    throw mismatch(device, `${origin}: size: asked for ${asked}, got ${picture.width}x${picture.height}`);
  }
  return { camera, picture, fps: negotiateRate(device, origin, wish) };
}

function negotiateRate(device: V4l2Device, origin: string, { fps }: Wish): number | null {
  if (fps === undefined) return getRate(device);
  const got = setRate(device, fps);
  if (got === null) throw mismatch(device, `${origin}: fps: asked for ${fps}, the driver cannot set a rate`);
  if (!sameRate(got, fps)) throw mismatch(device, `${origin}: fps: asked for ${fps}, got ${round(got)}`);
  return got;
}

/** The asked format, or the first of ours that fits the other wishes, or just the first that the device has. */
function chooseFormat(device: V4l2Device, display: string, wish: Wish): CameraFormat {
  if (wish.format !== undefined) {
    const asked = formatByName(wish.format);
    if (asked) return asked;
    const names = cameraFormats.map(({ name }) => name).join(', ');
    throw new UsageError(`source "${display}": format: "${wish.format}" is not known; known are ${names}`);
  }
  const readable = readableFormats(device);
  const [first] = readable;
  if (!first) {
    const names = enumerateFormats(device).map(fourccName).join(', ') || 'nothing';
    throw new SourceError(`${display}: no pixel format that can be read; the device offers ${names}`);
  }
  return readable.find((camera) => fits(device, camera, wish)) ?? first;
}

/** What the device offers and we read, best first. */
function readableFormats(device: V4l2Device): CameraFormat[] {
  const offered = enumerateFormats(device);
  return cameraFormats.filter(({ fourcc }) => offered.includes(fourcc));
}

function fits(device: V4l2Device, camera: CameraFormat, wish: Wish): boolean {
  const asked = pictureWish(device, camera, wish);
  const got = tryPicture(device, asked);
  if (got.fourcc !== camera.fourcc) return false;
  if (wish.size && (got.width !== asked.width || got.height !== asked.height)) return false;
  const { fps } = wish;
  const rates = fps === undefined ? [] : enumerateRates(device, got);
  return rates.length === 0 || rates.some((offer) => includesRate(offer, fps ?? 0));
}

/** A driver without TRY_FMT leaves the judgement to S_FMT. */
function tryPicture(device: V4l2Device, asked: PictureWish): PictureWish {
  try {
    return tryFormat(device, asked);
  } catch (error) {
    if (error instanceof SystemCallError && error.code === 'ENOTTY') return asked;
    throw error;
  }
}

function pictureWish(device: V4l2Device, camera: CameraFormat, { size }: Wish): PictureWish {
  const { width, height } = size ?? getFormat(device);
  return { width, height, fourcc: camera.fourcc };
}

/** 1 %: 29.97 answers for 30. */
function sameRate(a: number, b: number): boolean {
  return Math.abs(a - b) <= 0.01 * b;
}

function includesRate({ least, greatest }: RateOffer, fps: number): boolean {
  return (fps >= least && fps <= greatest) || sameRate(least, fps) || sameRate(greatest, fps);
}

function mismatch(device: V4l2Device, said: string): UsageError {
  return new UsageError(`${said}; the device offers ${describeOffers(device)}`);
}

/** What a device offers of the formats we read, for example `yuyv, nv12: 640x480 (30, 15 fps), 1280x720 (10 fps); mjpeg: 320x180 to 1920x1080`. */
export function describeOffers(device: V4l2Device): string {
  const namesBySizes = new Map<string, string[]>(); // formats mostly come in the same sizes: say those once
  for (const { fourcc, name } of readableFormats(device)) {
    const sizes = enumerateSizes(device, fourcc)
      .map((offer) => describeSize(device, fourcc, offer))
      .join(', ');
    namesBySizes.set(sizes, [...(namesBySizes.get(sizes) ?? []), name]);
  }
  const groups = [...namesBySizes].map(([sizes, names]) => `${names.join(', ')}: ${sizes || 'any size'}`);
  return groups.join('; ') || 'no format that can be read';
}

function describeSize(device: V4l2Device, fourcc: number, { least, greatest }: SizeOffer): string {
  const text = `${least.width}x${least.height}`;
  if (least.width !== greatest.width || least.height !== greatest.height) {
    return `${text} to ${greatest.width}x${greatest.height}`;
  }
  const rates = enumerateRates(device, { ...least, fourcc }).map((rate) =>
    rate.least === rate.greatest
      ? `${round(rate.greatest)}`
      : `${round(rate.least)} to ${round(rate.greatest)}`,
  );
  return rates.length > 0 ? `${text} (${rates.join(', ')} fps)` : text;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
