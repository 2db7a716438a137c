import { Worker } from 'node:worker_threads';
import { InferenceError } from '../../../core/errors.js';
import type { Frame } from '../../../core/image/frame.js';
import { createFrameSender } from '../../worker/frame-transfer.js';
import type { EncodeReply, EncodeRequest } from './encoder-messages.js';
import type { JpegOptions } from './to-jpeg.js';

interface Waiting {
  resolve(jpeg: Uint8Array): void;
  reject(error: Error): void;
}

/**
 * The thread that makes JPEG pictures, one at a time. It exists while it is used: the first picture starts it, `rest` ends
 * it, and one that died is started again by the next picture.
 */
export class EncoderThread implements AsyncDisposable {
  readonly #sender = createFrameSender();
  #worker: Worker | null = null;
  #waiting: Waiting | null = null;
  #closed = false;

  get busy(): boolean {
    return this.#waiting !== null;
  }

  /** The frame must stay undisposed meanwhile. @throws Error for a picture that is damaged, a thread that died or was ended. */
  encode(frame: Frame, options: JpegOptions): Promise<Uint8Array> {
    if (this.#waiting || this.#closed)
      return Promise.reject(new InferenceError('the picture encoder is busy'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker ??= this.#start();
      this.#worker.postMessage({ frame: this.#sender.toMessage(frame), options } satisfies EncodeRequest);
    });
  }

  /** Ends the thread until the next picture. */
  async rest(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#settle({ problem: 'the encoder was ended' });
    await worker?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.rest();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./encoder-worker.js', import.meta.url));
    worker.unref(); // pictures alone keep no process alive
    const over = (problem: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#settle({ problem });
    };
    worker.on('message', (reply: EncodeReply) => {
      if (this.#worker === worker) this.#settle(reply);
    });
    worker.on('error', (error) => {
      over(`the encoder’s thread failed: ${error.message}`);
    });
    worker.on('exit', (code) => {
      over(`the encoder’s thread ended by itself with code ${code}`);
    });
    return worker;
  }

  #settle(reply: EncodeReply): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if ('jpeg' in reply) waiting?.resolve(reply.jpeg);
    else waiting?.reject(new InferenceError(reply.problem));
  }
}
