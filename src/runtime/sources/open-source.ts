import { stat } from 'node:fs/promises';
import { SourceError, UsageError } from '../../core/errors.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import type { HoldBudget } from '../../core/sources/held-frames.js';
import { mergeOptions, type SourceOptions } from './source-options.js';
import { parseSourceUri, type SourceUri } from './source-uri.js';

export interface OpenSourceOptions extends SourceOptions {
  /** Gives up opening; the promise then rejects with the signal's reason. Reading has its own signal. */
  readonly signal?: AbortSignal;
  /** Frames the reader wants to hold beyond the one it works on; sources that can have the buffers for it, see `holdable`. */
  readonly hold?: HoldBudget;
  /** The reader decodes what a camera compresses (`Frame.encoded`): as small, and as seldom, as it needs. */
  readonly encoded?: boolean;
  /** Opens `ros://`: ROS is not of this layer. */
  readonly openRos?: Opener;
}

/**
 * Opens a source: a URI of {@link parseSourceUri}, options as flags or in the URI's query.
 *
 * Open guarantees: the device, file or peer has been talked to, what `describe()` says is what it really set, and (for
 * all but cameras under v4l2) a first frame has come. The caller closes the source.
 * @throws UsageError for a URI, an option or a path that cannot be, or that the device does not offer.
 * @throws SourceError when the device, file or peer fails, or a program it needs is missing.
 */
export async function openSource(
  text: string,
  { signal, hold, encoded = false, openRos, ...flags }: OpenSourceOptions = {},
): Promise<FrameSource> {
  const uri = parseSourceUri(text);
  const options = { ...mergeOptions(uri, flags), ...(signal && { signal }), ...(hold && { hold }), encoded };
  signal?.throwIfAborted();
  return { ...openers, ros: openRos ?? noRos }[uri.scheme](uri, options);
}

/** @throws as {@link openSource} */
export type Opener = (uri: SourceUri, options: OpenSourceOptions) => Promise<FrameSource>;

/** Loaded when asked for: a video file needs no libc binding, a camera no image decoder. */
const openers: Readonly<Record<Exclude<SourceUri['scheme'], 'ros'>, Opener>> = {
  file: openPath,
  v4l2: async ({ target, display }, options) => {
    const { openV4l2 } = await import('./v4l2/v4l2-source.js');
    return openV4l2(target, display, options);
  },
  csi: async ({ target, display }, options) => {
    const { openCsi } = await import('./csi/csi-source.js');
    return openCsi(target, display, options);
  },
  rtsp: async ({ target, display }, options) => {
    const { openRtsp } = await import('./video/rtsp-source.js');
    return openRtsp(target, display, options);
  },
  sim: async ({ query, display }, { fps, size, format, hold }) => {
    const { openSimSource } = await import('./sim-source.js');
    if (fps !== undefined) query.set('fps', String(fps));
    if (size) query.set('size', `${size.width}x${size.height}`);
    if (format !== undefined) query.set('format', format);
    return openSimSource(query, display, hold);
  },
};

async function openPath({ target, display }: SourceUri, options: OpenSourceOptions): Promise<FrameSource> {
  const found = await stat(target).catch((cause: unknown) => {
    throw pathError(display, cause);
  });
  if (found.isDirectory()) {
    const { openImageFolder } = await import('./images/image-folder-source.js');
    return openImageFolder(target, display, options);
  }
  const { openVideoFile } = await import('./video/video-file-source.js');
  return openVideoFile(target, display, options);
}

function noRos({ display }: SourceUri): Promise<never> {
  const fix = 'use it with tagalong run, start, track or ros';
  return Promise.reject(new UsageError(`source "${display}": image topics are not read here; ${fix}`));
}

function pathError(display: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new UsageError(`source "${display}": no such file or folder`, { cause });
  }
  return new SourceError(`source "${display}": ${String(cause)}`, { cause });
}
