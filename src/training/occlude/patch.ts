import type { Frame } from '../../core/image/frame.js';
import { type Area, channelsOf, inChannel, indexOf } from './channel.js';

/** Pixels cut from a frame, channel by channel. */
export interface Patch {
  readonly width: number;
  readonly height: number;
  /** One a channel, row by row. */
  readonly samples: readonly Uint8Array[];
}

export function takePatch(frame: Frame, area: Area): Patch {
  return {
    width: area.width,
    height: area.height,
    samples: channelsOf(frame).map((channel) => {
      const { x, y, width, height } = inChannel(area, channel);
      const samples = new Uint8Array(width * height);
      for (let row = 0; row < height; row += 1) {
        const from = indexOf(channel, x, y + row);
        for (let column = 0; column < width; column += 1) {
          samples[row * width + column] = channel.data[from + column * channel.step]!;
        }
      }
      return samples;
    }),
  };
}

/**
 * Lays a patch over an area that may reach outside the frame; a patch smaller than the area is continued by its mirror
 * image.
 */
export function pastePatch(frame: Frame, patch: Patch, area: Area): void {
  channelsOf(frame).forEach((channel, index) => {
    const samples = patch.samples[index]!;
    const own = inChannel({ x: 0, y: 0, width: patch.width, height: patch.height }, channel);
    const { x, y, width, height } = inChannel(area, channel);
    for (let row = Math.max(0, -y); row < Math.min(height, channel.height - y); row += 1) {
      const from = mirrored(row, own.height) * own.width;
      const to = indexOf(channel, x, y + row);
      for (let column = Math.max(0, -x); column < Math.min(width, channel.width - x); column += 1) {
        channel.data[to + column * channel.step] = samples[from + mirrored(column, own.width)]!;
      }
    }
  });
}

/** Fills an area of the frame with one colour, given channel by channel. */
export function paintFlat(frame: Frame, levels: readonly number[], area: Area): void {
  pastePatch(
    frame,
    { width: 2, height: 2, samples: levels.map((level) => new Uint8Array(4).fill(level)) },
    area,
  );
}

/** Mean of every channel over an area. */
export function meanLevels(frame: Frame, area: Area): number[] {
  return takePatch(frame, area).samples.map((samples) =>
    Math.round(samples.reduce((sum, value) => sum + value, 0) / samples.length),
  );
}

/** Standard deviation of the first channel over an area: how much there is to see. */
export function structure(frame: Frame, area: Area): number {
  const [samples] = takePatch(frame, area).samples;
  if (samples === undefined || samples.length === 0) return 0;
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  return Math.sqrt(samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length);
}

function mirrored(index: number, count: number): number {
  const at = index % (2 * count);
  return at < count ? at : 2 * count - 1 - at;
}
