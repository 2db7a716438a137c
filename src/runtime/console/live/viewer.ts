import type { WebSocket } from 'ws';
import { clientMessageSchema, type ClientMessage } from '../../../core/console/client-messages.js';
import type { ConsoleRole, ServerMessage } from '../../../core/console/server-messages.js';
import type { Origin } from '../../../core/ports/control.js';
import { TokenBucket } from '../../mqtt/commands/token-bucket.js';
import type { Picture, Watcher } from '../video/picture-feed.js';

export interface ViewerOptions {
  readonly socket: WebSocket;
  readonly role: ConsoleRole;
  /** Who it is among the origins of commands. */
  readonly name: string;
  /** Asked to select, stop, set. */
  readonly onRequest: (viewer: Viewer, message: Extract<ClientMessage, { id: number }>) => void;
  /** Ready for the next picture, or watching no more. */
  readonly onReady: () => void;
  readonly onGone: () => void;
}

/** Text that may wait for a slow link: what is told twice a second is left out then. */
const mostWaitingBytes = 32 << 10;
/** An honest page says `drawn` for every picture, and now and then a command. */
const messages = { ratePerSecond: 200, burst: 400 };
const requests = { ratePerSecond: 20, burst: 40 };
/** A page that answers no ping for so long is gone. */
const pingMs = 5000;
const mostUnanswered = 3;

/** One open page: what it is shown, at the pace at which it says that it has drawn, and what it asks for. */
export class Viewer implements Watcher {
  readonly role: ConsoleRole;
  readonly name: string;
  readonly #options: ViewerOptions;
  readonly #socket: WebSocket;
  readonly #messages = new TokenBucket(messages, performance.now());
  readonly #requests = new TokenBucket(requests, performance.now());
  readonly #pings: NodeJS.Timeout;
  #watching = false;
  #lastNumber = 0;
  #shown: Picture | null = null;
  #pictureAgeMs: number | null = null;
  #drawn = 0;
  #countedAtMs = performance.now();
  #unanswered = 0;

  constructor(options: ViewerOptions) {
    const { socket, role, name, onGone } = options;
    this.#options = options;
    this.#socket = socket;
    this.role = role;
    this.name = name;
    socket.on('message', (data, isBinary) => {
      this.#receive(isBinary ? null : (data as Buffer).toString('utf8'));
    });
    socket.on('pong', () => (this.#unanswered = 0));
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      clearInterval(this.#pings);
      onGone();
    });
    this.#pings = setInterval(() => {
      this.#unanswered += 1;
      if (this.#unanswered > mostUnanswered) socket.terminate();
      else socket.ping();
    }, pingMs);
  }

  get origin(): Origin {
    return { kind: 'web', name: this.name };
  }

  get watching(): boolean {
    return this.#watching;
  }

  get lastNumber(): number {
    return this.#lastNumber;
  }

  get ready(): boolean {
    return this.#watching && this.#shown === null && this.#socket.bufferedAmount < mostWaitingBytes;
  }

  show(picture: Picture): void {
    this.#shown = picture;
    this.#lastNumber = picture.number;
    this.#socket.send(picture.message);
  }

  tell(message: ServerMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** What is told again soon is left out on a link that is too slow for it. */
  tellIfFree(message: ServerMessage): void {
    if (this.#socket.bufferedAmount < mostWaitingBytes) this.tell(message);
  }

  /** Since it was last asked. */
  pace(): { readonly pictureAgeMs: number | null; readonly picturesPerSecond: number | null } {
    const now = performance.now();
    const rate = this.#watching ? (this.#drawn * 1000) / (now - this.#countedAtMs) : null;
    const pace = { pictureAgeMs: this.#watching ? this.#pictureAgeMs : null, picturesPerSecond: rate };
    this.#drawn = 0;
    this.#countedAtMs = now;
    return pace;
  }

  /** @param code of RFC 6455, 7.4. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => {
      this.#socket.terminate();
    }, 300).unref();
  }

  #receive(text: string | null): void {
    if (!this.#messages.take(performance.now())) {
      this.close(1008, 'too many messages');
      return;
    }
    const read = clientMessageSchema.safeParse(parseJson(text));
    if (!read.success) {
      this.close(1008, 'not a message of the console');
      return;
    }
    const message = read.data;
    switch (message.kind) {
      case 'watch':
        this.#watching = message.video;
        this.#shown = null;
        this.#options.onReady();
        break;
      case 'drawn':
        this.#acknowledge(message.number);
        break;
      default:
        if (this.#requests.take(performance.now())) this.#options.onRequest(this, message);
        else this.tell({ kind: 'answer', id: message.id, accepted: false, reason: 'too many commands' });
    }
  }

  #acknowledge(number: number): void {
    const picture = this.#shown;
    if (picture?.number !== number) return;
    this.#shown = null;
    this.#drawn += 1;
    this.#pictureAgeMs = Number(process.hrtime.bigint() - picture.capturedAtNs) / 1e6;
    this.#options.onReady();
  }
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}
