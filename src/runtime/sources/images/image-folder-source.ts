import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { SourceError, UsageError } from '../../../core/errors.js';
import type { Size } from '../../../core/geometry/box.js';
import { packedFrame, type Frame } from '../../../core/image/frame.js';
import type { FrameSource, SourceDescription } from '../../../core/ports/frame-source.js';
import { frameSource, type FrameDriver } from '../../../core/sources/frame-driver.js';
import type { SourceOptions } from '../source-options.js';
import type { Raster } from './bmp.js';
import { decodeImage, type DecodeImageOptions } from './decode-image.js';
import { naturalOrder } from './natural-order.js';

const extensions = ['.jpg', '.jpeg', '.png', '.bmp', '.webp'];

/**
 * Opens a folder of images (jpg, png, bmp, webp) as a sequence in natural order: `9.jpg` before `10.jpg`.
 * Open guarantees: the first image has been decoded.
 *
 * The format is that of the first image (`gray8` when it is grey, else `rgb24`); later ones are converted to it. Sizes
 * may differ: each frame has its own, `describe()` gives the first's; with `size` all are scaled to it. The frames are
 * `fps` apart (default 30).
 * @throws UsageError for a format images do not give. @throws SourceError for an empty folder or a damaged image.
 */
export async function openImageFolder(
  folder: string,
  display: string,
  options: SourceOptions & { readonly signal?: AbortSignal } = {},
): Promise<FrameSource> {
  const { signal, fps = 30, size } = options;
  const channels = channelsOf(options.format, display);
  const names = (await readdir(folder))
    .filter((name) => extensions.includes(extname(name).toLowerCase()))
    .sort(naturalOrder);
  const [first] = names;
  if (first === undefined) {
    throw new SourceError(`${display}: there is no image in the folder (${extensions.join(', ')})`);
  }
  const image = await decode(join(folder, first), display, { channels, size });
  signal?.throwIfAborted();
  return frameSource(new ImageFolderDriver(folder, names, image, { display, fps, size }));
}

interface ImageFolderOptions {
  readonly display: string;
  readonly fps: number;
  readonly size: Size | undefined;
}

class ImageFolderDriver implements FrameDriver {
  readonly #description: SourceDescription;
  readonly #paths: readonly string[];
  readonly #options: ImageFolderOptions & { readonly channels: 1 | 3 };
  #index = 0;
  #spare: Uint8Array | undefined;
  /** The next image, decoded while the reader works on the last one. */
  #ahead: Promise<Raster> | undefined;

  constructor(folder: string, names: readonly string[], first: Raster, options: ImageFolderOptions) {
    const { display: uri, fps } = options;
    const { width, height, channels } = first;
    const format = channels === 1 ? 'gray8' : 'rgb24';
    this.#paths = names.map((name) => join(folder, name));
    this.#options = { ...options, channels };
    this.#ahead = Promise.resolve(first);
    const detail = `${names.length} images, the first ${width}x${height}`;
    this.#description = { uri, width, height, format, fps, live: false, detail };
  }

  describe(): SourceDescription {
    return this.#description;
  }

  dropped(): number {
    return 0;
  }

  async next(signal: AbortSignal): Promise<Frame | undefined> {
    if (this.#index >= this.#paths.length) return undefined;
    const image = await (this.#ahead ?? this.#decode(this.#index));
    if (signal.aborted) return undefined;
    const sequence = this.#index;
    this.#index += 1;
    this.#ahead = this.#index < this.#paths.length ? this.#decode(this.#index) : undefined;
    this.#ahead?.catch(() => undefined); // thrown by the `next` that awaits it
    const shared = this.#buffer(image.data.length);
    shared.set(image.data);
    return packedFrame(this.#description.format, image, shared, {
      sequence,
      capturedAtNs: BigInt(Math.round((sequence * 1e9) / this.#options.fps)),
      dispose: () => {
        this.#spare = shared;
      },
    });
  }

  async close(): Promise<void> {
    this.#index = this.#paths.length;
    await this.#ahead?.catch(() => undefined);
  }

  /** The buffer of the last disposed frame where it fits, else a new one. */
  #buffer(length: number): Uint8Array {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare?.length === length ? spare : new Uint8Array(new SharedArrayBuffer(length));
  }

  #decode(index: number): Promise<Raster> {
    return decode(this.#paths[index]!, this.#options.display, this.#options);
  }
}

async function decode(
  path: string,
  display: string,
  { channels, size }: DecodeImageOptions,
): Promise<Raster> {
  try {
    return await decodeImage(path, { channels, size });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SourceError(`${display}: ${basename(path)} cannot be read as an image: ${reason}`, { cause });
  }
}

function channelsOf(format: string | undefined, display: string): 1 | 3 | undefined {
  if (format === undefined) return undefined;
  if (format === 'rgb24') return 3;
  if (format === 'gray8') return 1;
  throw new UsageError(`source "${display}": format: images give rgb24 or gray8, not "${format}"`);
}
