import { UsageError } from '../../core/errors.js';
import type { Size } from '../../core/geometry/box.js';
import type { SourceUri } from './source-uri.js';

/** What a person may ask of a source, as flags or in the URI's query; not every source knows every option. */
export interface SourceOptions {
  /** Frames per second. A camera must deliver it; a video is resampled to it; an image folder is timed by it. */
  readonly fps?: number;
  /** A camera must deliver it; a video or an image is scaled to it. */
  readonly size?: Size;
  /** Pixel format: v4l2 yuyv, nv12, grey, yu12, rgb3, bgr3 or mjpeg; files yuv420p, nv12, gray8, rgb24 or bgr24. */
  readonly format?: string;
  /** Live sources: wait for the device to come back instead of failing. */
  readonly reconnect?: boolean;
  /** v4l2 with MJPEG: decode at 1/2, 1/4 or 1/8 of the size. */
  readonly jpegScale?: number;
  /** v4l2: `shared` (default: where the driver can write raw frames into it) or `mmap` (its own). */
  readonly memory?: string;
  /** rtsp: `tcp` (default) or `udp`. */
  readonly transport?: string;
  /** ros: `best-effort` (default), or `reliable`, which hears reliable publishers only. */
  readonly reliability?: 'best-effort' | 'reliable';
}

type OptionName = keyof SourceOptions;

const known: Record<SourceUri['scheme'], readonly OptionName[]> = {
  file: ['fps', 'size', 'format'],
  v4l2: ['fps', 'size', 'format', 'reconnect', 'jpegScale', 'memory'],
  csi: ['fps', 'size', 'reconnect'],
  rtsp: ['fps', 'size', 'reconnect', 'transport'],
  ros: ['reconnect', 'reliability'],
  sim: ['fps', 'size', 'format'],
};

/**
 * Joins the flags with the URI's query; the flags win.
 * @throws UsageError for a key or flag this kind of source does not have, or a value out of range.
 */
export function mergeOptions(uri: SourceUri, flags: SourceOptions): SourceOptions {
  const names = known[uri.scheme];
  const merged: { -readonly [Name in OptionName]?: SourceOptions[Name] } = {};
  // the simulation reads its own query
  for (const [key, value] of uri.scheme === 'sim' ? [] : uri.query) {
    const name = names.find((it) => it === key);
    if (name === undefined) {
      throw new UsageError(`source "${uri.display}": unknown option "${key}"; known are ${names.join(', ')}`);
    }
    Object.assign(merged, { [name]: parseOption(name, value, uri.display) });
  }
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined || (name === 'reconnect' && value === false)) continue;
    if (!names.some((it) => it === name)) {
      throw new UsageError(`source "${uri.display}": ${uri.scheme} has no option ${name}`);
    }
    Object.assign(merged, { [name]: value as unknown });
  }
  check(merged, uri.display);
  return merged;
}

/** Parses `640x480`. @throws UsageError quoting the text. */
export function parseSize(text: string, origin = 'size'): Size {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (!(size.width > 0 && size.height > 0)) {
    throw new UsageError(`${origin}: "${text}" is not a size; write it as 640x480`);
  }
  return size;
}

function parseOption(name: OptionName, value: string, display: string): SourceOptions[OptionName] {
  const origin = `source "${display}": ${name}`;
  switch (name) {
    case 'fps':
    case 'jpegScale':
      return value.trim() === '' ? Number.NaN : Number(value);
    case 'size':
      return parseSize(value, origin);
    case 'reconnect':
      if (['', '1', 'true'].includes(value)) return true;
      if (['0', 'false'].includes(value)) return false;
      throw new UsageError(`${origin}: "${value}" is neither true nor false`);
    case 'format':
    case 'memory':
    case 'transport':
      return value;
    case 'reliability':
      if (value === 'best-effort' || value === 'reliable') return value;
      throw new UsageError(`${origin}: "${value}" is neither best-effort nor reliable`);
  }
}

function check({ fps, size, jpegScale, memory, transport }: SourceOptions, display: string): void {
  const origin = `source "${display}"`;
  if (fps !== undefined && !(fps > 0 && fps <= 1000)) {
    throw new UsageError(`${origin}: fps: ${fps} is not between 0 and 1000`);
  }
  if (size && ![size.width, size.height].every((side) => Number.isInteger(side) && side > 0 && side < 1e5)) {
    throw new UsageError(`${origin}: size: ${size.width}x${size.height} is not a size`);
  }
  if (jpegScale !== undefined && ![1, 2, 4, 8].includes(jpegScale)) {
    throw new UsageError(`${origin}: jpegScale: ${jpegScale} is none of 1, 2, 4, 8`);
  }
  if (memory !== undefined && !['shared', 'mmap'].includes(memory)) {
    throw new UsageError(`${origin}: memory: "${memory}" is neither shared nor mmap`);
  }
  if (transport !== undefined && !['tcp', 'udp'].includes(transport)) {
    throw new UsageError(`${origin}: transport: "${transport}" is neither tcp nor udp`);
  }
}
