import { once } from 'node:events';
import { SerialPort } from 'serialport';

/** Bytes a line of 115200 baud carries in a second: 8N1 takes ten bits for each. */
const bytesPerSecond = 11_520;
/** What the kernel may hand over late and in one piece. */
const slackBytes = 1500;

/** The far end of a serial cable; watches that no more comes than a real line of 115200 baud could carry. */
export class SerialPeer implements AsyncDisposable {
  readonly #port: SerialPort;
  readonly #beganMs = performance.now();
  #bytes = 0;

  private constructor(port: SerialPort, hear: (bytes: Buffer) => void) {
    this.#port = port;
    port.on('error', () => undefined);
    port.on('data', (bytes: Buffer) => {
      this.#bytes += bytes.length;
      hear(bytes);
    });
  }

  static async open(path: string, hear: (bytes: Buffer) => void): Promise<SerialPeer> {
    const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
    const peer = new SerialPeer(port, hear);
    const opened = once(port, 'open');
    port.open();
    await opened;
    return peer;
  }

  /** What came fits through the line. */
  get fits(): boolean {
    return this.#bytes < slackBytes + (bytesPerSecond * (performance.now() - this.#beganMs)) / 1000;
  }

  say(bytes: Uint8Array): void {
    if (this.#port.isOpen) this.#port.write(Buffer.from(bytes));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#port.isOpen) return;
    await new Promise<void>((resolve) => {
      this.#port.close(() => {
        resolve();
      });
    });
  }
}
