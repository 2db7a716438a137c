import { SourceError } from '../../../core/errors.js';
import type { Size } from '../../../core/geometry/box.js';
import { frameBytes, packedFrame, type Frame } from '../../../core/image/frame.js';
import type { SourceDescription } from '../../../core/ports/frame-source.js';
import type { FrameDriver } from '../../../core/sources/frame-driver.js';
import { FrameRing } from '../../../core/sources/frame-ring.js';
import { colorspaceJpeg, quantizationDefault, quantizationFullRange } from './abi.js';
import type { BufferStream, CapturedBuffer } from './buffer-stream.js';
import { deviceError } from './device-error.js';
import type { V4l2Device } from './device.js';
import { looksLikeJpeg, scaledSize, type MjpegDecoder } from './mjpeg.js';
import type { Negotiated } from './negotiate.js';
import { cameraPlanes } from './pixel-formats.js';

export interface V4l2DriverOptions {
  readonly display: string;
  readonly path: string;
  /** The device's own name. */
  readonly card: string;
  readonly jpegScale: number;
  /** For compressed formats; null for those too when the reader decodes. */
  readonly decoder: MjpegDecoder | null;
}

const undecodableInARow = 30;

/** Frames of a streaming camera: raw ones view the stream's buffers, MJPEG is decoded into shared memory, or handed on. */
export class V4l2Driver implements FrameDriver {
  readonly #device: V4l2Device;
  readonly #stream: BufferStream;
  readonly #negotiated: Negotiated;
  readonly #options: V4l2DriverOptions;
  readonly #size: Size;
  readonly #mjpeg: { readonly decode: MjpegDecoder; readonly ring: FrameRing } | null;
  #undecodable = 0;
  #undecodableNow = 0;

  /** Owns device and stream from now on. */
  constructor(device: V4l2Device, stream: BufferStream, negotiated: Negotiated, options: V4l2DriverOptions) {
    this.#device = device;
    this.#stream = stream;
    this.#negotiated = negotiated;
    this.#options = options;
    const { camera, picture } = negotiated;
    const { decoder: decode, jpegScale } = options;
    this.#size = decode ? scaledSize(picture, jpegScale) : picture;
    this.#mjpeg = decode && { decode, ring: new FrameRing(4, frameBytes(camera.frame, this.#size)) };
  }

  describe(): SourceDescription {
    const { camera, picture, fps } = this.#negotiated;
    const { width, height } = this.#size;
    const clock = this.#stream.foreignClock
      ? ', times taken at dequeuing (the driver has another clock than CLOCK_MONOTONIC)'
      : '';
    const { shared, holdable } = this.#stream;
    const copied = shared || this.#mjpeg ? '' : ', each frame copied once';
    const detail = `${this.#options.card}: ${camera.name} ${picture.width}x${picture.height}${copied}${clock}`;
    return {
      ...{ uri: this.#options.display, width, height, format: camera.frame, fps, live: true, detail },
      ...(shared && { holdable }),
    };
  }

  dropped(): number {
    return this.#stream.dropped + this.#undecodable;
  }

  async next(signal: AbortSignal): Promise<Frame | undefined> {
    try {
      for (;;) {
        const buffer = await this.#stream.next(signal);
        if (!buffer) return undefined;
        const frame = await this.#frame(buffer, signal);
        if (frame || signal.aborted) return frame;
      }
    } catch (error) {
      throw deviceError(error, this.#options.display, this.#options.path);
    }
  }

  close(): Promise<void> {
    this.#stream.close();
    this.#device.close();
    return Promise.resolve();
  }

  #frame(buffer: CapturedBuffer, signal: AbortSignal): Promise<Frame | undefined> | Frame | undefined {
    if (this.#mjpeg) return this.#decode(buffer, this.#mjpeg, signal);
    return this.#negotiated.camera.compressed ? this.#hand(buffer) : this.#view(buffer);
  }

  /** The compressed picture itself; undefined when it is none. */
  #hand(buffer: CapturedBuffer): Frame | undefined {
    const { camera, picture } = this.#negotiated;
    const { capturedAtNs, sequence, data } = buffer;
    if (!looksLikeJpeg(data)) {
      buffer.release();
      this.#countUndecodable();
      return undefined;
    }
    this.#undecodableNow = 0;
    let encoded: Frame['encoded'] = { codec: 'jpeg', data };
    return {
      ...{ format: camera.frame, width: picture.width, height: picture.height, planes: [], fullRange: true },
      get encoded() {
        return encoded!;
      },
      ...{ capturedAtNs, sequence },
      dispose: () => {
        encoded = { codec: 'jpeg', data: new Uint8Array() };
        buffer.release();
      },
    };
  }

  #view(buffer: CapturedBuffer): Frame {
    const { camera, picture } = this.#negotiated;
    const { capturedAtNs, sequence } = buffer;
    let planes = cameraPlanes(camera.frame, picture, picture.bytesPerLine, buffer.data);
    return {
      format: camera.frame,
      width: picture.width,
      height: picture.height,
      get planes() {
        return planes;
      },
      fullRange: isFullRange(this.#negotiated),
      capturedAtNs,
      sequence,
      dispose: () => {
        planes = []; // the memory may be unmapped or written to from now on: a late reader finds nothing rather than a fault
        buffer.release();
      },
    };
  }

  /** @throws SourceError when there were too many in a row. */
  #countUndecodable(cause?: unknown): void {
    this.#undecodable += 1;
    this.#undecodableNow += 1;
    if (this.#undecodableNow < undecodableInARow) return;
    const { display } = this.#options;
    throw new SourceError(`${display}: ${undecodableInARow} damaged JPEG pictures in a row`, { cause });
  }

  /** Undefined when the picture is damaged (cameras send one now and then) or the signal is aborted. */
  async #decode(
    buffer: CapturedBuffer,
    { decode, ring }: { readonly decode: MjpegDecoder; readonly ring: FrameRing },
    signal: AbortSignal,
  ): Promise<Frame | undefined> {
    const { capturedAtNs, sequence } = buffer;
    let pixels: Uint8Array;
    try {
      pixels = await decode(buffer.data, this.#size);
      this.#undecodableNow = 0;
    } catch (cause) {
      this.#countUndecodable(cause);
      return undefined;
    } finally {
      buffer.release();
    }
    const slot = await ring.acquire(signal);
    if (!slot) return undefined;
    slot.data.set(pixels);
    const dispose = (): void => {
      slot.release();
    };
    return packedFrame('rgb24', this.#size, slot.data, { capturedAtNs, sequence, dispose });
  }
}

/** V4L2_MAP_QUANTIZATION_DEFAULT for YUV: full range only when said, or for the JPEG colour space. */
function isFullRange({ picture: { quantization, colorspace } }: Negotiated): boolean {
  if (quantization === quantizationDefault) return colorspace === colorspaceJpeg;
  return quantization === quantizationFullRange;
}
