import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { SourceError } from '../../core/errors.js';
import { planeLayout, type Frame, type PixelFormat } from '../../core/image/frame.js';
import type { Size } from '../../core/geometry/box.js';
import { encoderArguments, videoTimescale } from './encoder-arguments.js';
import type { VideoEncoder } from './encoder-names.js';
import { Mp4Splitter } from './fragmented-mp4.js';
import { frameHeader, videoHeader } from './matroska.js';

/** A frame that was given to the encoder. */
export interface EncodedFrame {
  readonly sequence: number;
  readonly capturedAtNs: bigint;
}

/** A piece of encoded video that stands for itself. */
export interface VideoFragment {
  readonly bytes: Buffer;
  readonly keyframe: boolean;
  /** Its frames, in order. */
  readonly frames: readonly EncodedFrame[];
}

export interface VideoEncoderOptions extends Size {
  readonly encoder: VideoEncoder;
  readonly format: PixelFormat | 'jpeg';
  readonly fullRange: boolean;
  /** What a file begins with; told once, before the first fragment. */
  readonly onHead: (bytes: Buffer) => void;
  readonly onFragment: (fragment: VideoFragment) => void;
}

interface QueuedFrame extends EncodedFrame {
  /** Since the first one. */
  readonly timeUs: number;
}

/** The encoder's times are whole multiples of its unit, and drift by one or two of them. */
const roundingUs = 200;

/** Frames the encoder may hold unread: the source has few buffers, so it is rather the recording that loses a frame. */
const mostInFlight = 2;

/** Encodes raw frames in a child (ffmpeg), without a copy: a frame is held until the child has read it. */
export class EncoderProcess {
  readonly options: VideoEncoderOptions;
  /** Settles when the child is gone; rejects with SourceError when it did not end well. Always handled. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #queue: QueuedFrame[] = [];
  readonly #splitter = new Mp4Splitter();
  #inFlight = 0;
  #firstTimeUs: bigint | null = null;
  #lastTimeUs = -1n;
  #undecodable = 0;
  #fault: Error | null = null;
  #closing = false;

  constructor(options: VideoEncoderOptions) {
    this.options = options;
    const args = encoderArguments(options.encoder, options);
    this.#child = spawn('ffmpeg', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.ended = this.#watch();
    this.ended.catch(() => undefined);
    this.#child.stdin.write(videoHeader(options));
  }

  /** Frames that were taken in but have not come out, and those that cannot be decoded. */
  get lost(): number {
    return this.#queue.length + this.#undecodable;
  }

  /** The child has not read the frames it was given. */
  get busy(): boolean {
    return this.#inFlight >= mostInFlight;
  }

  /** Whether `frame` has the shape this encoder was started for. */
  fits(frame: Frame): boolean {
    const { format, width, height } = this.options;
    return encodedFormat(frame) === format && frame.width === width && frame.height === height;
  }

  /** Takes the frame over. @returns false, and the frame is disposed, when the encoder cannot keep up. */
  write(frame: Frame): boolean {
    if (this.busy || this.#closing || this.#fault) {
      frame.dispose();
      return false;
    }
    const parts = packedRows(frame);
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    const captured = frame.capturedAtNs / 1000n;
    this.#lastTimeUs = captured > this.#lastTimeUs ? captured : this.#lastTimeUs + 1n; // times must rise
    this.#firstTimeUs ??= this.#lastTimeUs;
    const { sequence, capturedAtNs } = frame;
    this.#queue.push({ sequence, capturedAtNs, timeUs: Number(this.#lastTimeUs - this.#firstTimeUs) });
    this.#inFlight += 1;
    const { stdin } = this.#child;
    stdin.write(frameHeader(this.#lastTimeUs, bytes));
    for (const part of parts.slice(0, -1)) stdin.write(part);
    stdin.write(parts.at(-1)!, () => {
      this.#inFlight -= 1;
      frame.dispose();
    });
    return true;
  }

  /** Lets the child write what it has, but not for longer than `limitMs`. Never rejects. */
  async close(limitMs: number): Promise<void> {
    this.#closing = true;
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
    await this.ended.catch(() => undefined);
    clearTimeout(timer);
  }

  async #watch(): Promise<void> {
    const { stdin, stdout, stderr } = this.#child;
    stdin.on('error', () => undefined); // a broken pipe shows in the exit status
    let lastWords = '';
    stderr.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-500);
    });
    stdout.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    await new Promise<void>((resolve, reject) => {
      this.#child.once('spawn', () => {
        lowerPriority(this.#child.pid);
      });
      this.#child.once('error', (cause) => {
        reject(new SourceError(`ffmpeg could not be started: ${cause.message}`, { cause }));
      });
      this.#child.once('close', (code, signal) => {
        const reason = lastWords.trim().split('\n').at(-1) ?? '';
        if (this.#fault) reject(this.#fault);
        else if (code === 0 || this.#closing) resolve();
        else reject(new SourceError(`ffmpeg ended with ${signal ?? `status ${code ?? '?'}`}: ${reason}`));
      });
    });
  }

  /** The frame whose picture is shown at `time`: not simply the next, for a damaged one gives no picture. */
  #frameAt(time: number): EncodedFrame[] {
    const timeUs = (time * 1e6) / videoTimescale - roundingUs;
    while (this.#queue.length > 1 && this.#queue[0]!.timeUs < timeUs) {
      this.#queue.shift();
      this.#undecodable += 1;
    }
    const frame = this.#queue.shift();
    return frame ? [{ sequence: frame.sequence, capturedAtNs: frame.capturedAtNs }] : [];
  }

  #receive(chunk: Buffer): void {
    try {
      for (const part of this.#splitter.push(chunk)) {
        if (part.kind === 'head') this.options.onHead(part.bytes);
        else {
          const frames = part.times.flatMap((time) => this.#frameAt(time));
          this.options.onFragment({ bytes: part.bytes, keyframe: part.keyframe, frames });
        }
      }
    } catch (error) {
      this.#fault = error instanceof Error ? error : new Error(String(error));
      this.#child.kill('SIGKILL');
    }
  }
}

/** What stands in the stream: pixels, or the compressed picture. */
export function encodedFormat({ format, encoded }: Frame): PixelFormat | 'jpeg' {
  return encoded ? encoded.codec : format;
}

/** The picture's bytes without padding between rows; views where there is none. */
function packedRows(frame: Frame): Uint8Array[] {
  if (frame.encoded) return [frame.encoded.data];
  return planeLayout(frame.format, frame).map(({ rowBytes, rows }, index) => {
    const { data, stride } = frame.planes[index]!;
    if (stride === rowBytes) return data.subarray(0, rowBytes * rows);
    const packed = new Uint8Array(rowBytes * rows);
    for (let row = 0; row < rows; row += 1) {
      packed.set(data.subarray(row * stride, row * stride + rowBytes), row * rowBytes);
    }
    return packed;
  });
}

/** Encoding must never take the processor from the tracker. */
function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, 5);
  } catch {
    // gone already
  }
}
