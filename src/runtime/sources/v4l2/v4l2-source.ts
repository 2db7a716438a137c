import { SourceError } from '../../../core/errors.js';
import type { FrameSource } from '../../../core/ports/frame-source.js';
import { frameBytes } from '../../../core/image/frame.js';
import { frameSource, type FrameDriver } from '../../../core/sources/frame-driver.js';
import { heldFrames, type HoldBudget } from '../../../core/sources/held-frames.js';
import { ReconnectingDriver } from '../reconnecting-driver.js';
import type { SourceOptions } from '../source-options.js';
import { BufferStream } from './buffer-stream.js';
import { deviceError } from './device-error.js';
import { queryCapability, type Capability } from './device-offers.js';
import { V4l2Device } from './device.js';
import { loadMjpegDecoder } from './mjpeg.js';
import { negotiate, type Negotiated } from './negotiate.js';
import { V4l2Driver } from './v4l2-driver.js';

export interface V4l2Options extends SourceOptions {
  readonly signal?: AbortSignal;
  /** Frames the reader wants to hold; 27 at most. */
  readonly hold?: HoldBudget;
  /** MJPEG pictures are handed on as they are: see `Frame.encoded`. */
  readonly encoded?: boolean;
  /** Silence of this length is a fault. */
  readonly stallMs?: number;
}

/**
 * Opens a camera. Open guarantees: the device captures video, it set the asked size, rate and format, and it streams.
 *
 * Live: `next` gives the newest frame. The driver writes raw frames straight into shared memory where it can
 * (V4L2_MEMORY_USERPTR, as for USB cameras); else, or with `memory: 'mmap'`, they view the driver's own memory, which no
 * other thread can read: the loop then copies each once. Dispose soon, or the camera runs dry. capturedAtNs is the driver's. With `reconnect` a camera that vanishes is waited for and opened anew with the same
 * picture; sequence numbers go on.
 * @throws UsageError for a size, rate or format the device does not offer.
 * @throws SourceError for a device that is absent, busy, forbidden or no camera.
 */
export async function openV4l2(
  path: string,
  display: string,
  { reconnect = false, signal, ...wish }: V4l2Options = {},
): Promise<FrameSource> {
  signal?.throwIfAborted();
  const { driver, negotiated } = await openDriver(path, display, wish, 0);
  if (!reconnect) return frameSource(driver);
  const { picture, camera: format } = negotiated;
  const same = { ...wish, size: picture, format: format.name };
  const reopen = async (firstSequence: number): Promise<FrameDriver> => {
    const camera = await openDriver(path, display, same, firstSequence);
    return camera.driver;
  };
  return frameSource(new ReconnectingDriver(driver, reopen));
}

interface OpenCamera {
  readonly driver: FrameDriver;
  readonly negotiated: Negotiated;
}

async function openDriver(
  path: string,
  display: string,
  wish: V4l2Options,
  firstSequence: number,
): Promise<OpenCamera> {
  let device: V4l2Device | undefined;
  try {
    device = new V4l2Device(path);
    const { card } = checkCapability(queryCapability(device), display);
    const negotiated = negotiate(device, display, wish);
    const { camera, picture } = negotiated;
    const handedOn = wish.encoded === true && wish.jpegScale === undefined;
    const decoder = camera.compressed && !handedOn ? await loadMjpegDecoder() : null;
    const leastBytes = camera.compressed ? 1 : frameBytes(camera.frame, picture);
    const share = !camera.compressed && wish.memory !== 'mmap';
    const stream = new BufferStream(device, {
      ...{ display, firstSequence },
      ...(share && {
        shareBytes: picture.imageBytes,
        buffers: 5 + heldFrames(wish.hold, picture.imageBytes, negotiated.fps),
      }),
      leastBytes,
      stallMs: wish.stallMs ?? 10_000,
    });
    const named = { display, path, card, jpegScale: wish.jpegScale ?? 1, decoder };
    return { driver: new V4l2Driver(device, stream, negotiated, named), negotiated };
  } catch (error) {
    device?.close();
    throw deviceError(error, display, path);
  }
}

function checkCapability(capability: Capability, display: string): Capability {
  const { capturesVideo, multiPlanarOnly, streams, card, driver } = capability;
  if (multiPlanarOnly) {
    throw new SourceError(
      `${display}: ${card} (${driver}) captures in several planes of memory, which is not supported; try csi://0`,
    );
  }
  if (!capturesVideo) throw new SourceError(`${display}: ${card} (${driver}) does not capture video`);
  if (!streams) throw new SourceError(`${display}: ${card} (${driver}) cannot stream through memory mapping`);
  return capability;
}
