import { batch } from '@preact/signals';
import type { ClientMessage } from '../../core/console/client-messages.js';
import { decodePicture } from '../../core/console/picture-message.js';
import {
  consoleVersion,
  crosshairSpan,
  serverMessageSchema,
  type PictureHeader,
  type ServerMessage,
} from '../../core/console/server-messages.js';
import type { CommandMessage } from '../../core/ports/command-message.js';
import type { Store } from '../model/store.js';
import { hasSession } from './session.js';

export interface Answer {
  readonly accepted: boolean;
  readonly reason: string | null;
}

/** Draws a picture; resolves when it is on the canvas. */
export type PictureDrawer = (header: PictureHeader, jpeg: Uint8Array<ArrayBuffer>) => Promise<void>;

const firstWaitMs = 400;
const longestWaitMs = 4000;
const answerMs = 8000;
const mostSamples = 240;
const mostEvents = 300;

/** The connection to the service: tries again until it is there, and keeps the store up to date. */
export class Link {
  readonly #store: Store;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #socket: WebSocket | null = null;
  #draw: PictureDrawer | null = null;
  #waitMs = firstWaitMs;
  #lastId = 0;

  constructor(store: Store) {
    this.#store = store;
    document.addEventListener('visibilitychange', () => {
      this.#watch();
    });
  }

  /** Where pictures go; null: nobody draws. */
  set drawer(drawer: PictureDrawer | null) {
    this.#draw = drawer;
    this.#watch();
  }

  /** Opens the connection, or asks for a login. Never rejects. */
  async open(): Promise<void> {
    const { phase } = this.#store;
    try {
      if (!(await hasSession())) {
        phase.value = 'login';
        return;
      }
    } catch {
      this.#retry();
      return;
    }
    if (phase.value !== 'lost') phase.value = 'connecting';
    const address = new URL('socket', location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') this.#hear(serverMessageSchema.parse(JSON.parse(data)));
      else void this.#show(data);
    };
    socket.onclose = () => {
      this.#ended(socket);
    };
    this.#socket = socket;
  }

  /** Ends the connection for good. */
  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  command(command: CommandMessage): Promise<Answer> {
    return this.#request((id) => ({ kind: 'command', id, command }));
  }

  set(key: string, value: string | number): Promise<Answer> {
    return this.#request((id) => ({ kind: 'set', id, key, value }));
  }

  #request(message: (id: number) => ClientMessage): Promise<Answer> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(() => {
        settle({ accepted: false, reason: 'the device does not answer' });
      }, answerMs);
      this.#waiting.set(id, settle);
      if (!this.#send(message(id))) settle({ accepted: false, reason: 'no connection to the device' });
    });
  }

  #send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** A page nobody sees wants no pictures. */
  #watch(): void {
    this.#send({ kind: 'watch', video: this.#draw !== null && !document.hidden });
  }

  async #show(data: ArrayBuffer): Promise<void> {
    const { header, jpeg } = decodePicture(data);
    try {
      await this.#draw?.(header, jpeg);
    } finally {
      this.#send({ kind: 'drawn', number: header.number }); // also of one that cannot be drawn: the next may be better
    }
  }

  #hear(message: ServerMessage): void {
    const store = this.#store;
    switch (message.kind) {
      case 'hello':
        if (message.version !== consoleVersion) {
          location.reload(); // the service was updated while this page was open
          return;
        }
        this.#waitMs = firstWaitMs;
        batch(() => {
          store.hello.value = message;
          store.samples.value = message.samples;
          store.events.value = message.events.toReversed();
          store.gimbal.value = null; // told anew, where there is one
          store.crosshair.value = [];
          store.phase.value = 'open';
        });
        this.#watch();
        break;
      case 'status':
        batch(() => {
          store.status.value = message;
          store.samples.value = [...store.samples.value, message.sample].slice(-mostSamples);
        });
        break;
      case 'crosshair':
        batch(() => {
          store.gimbal.value = message.gimbal;
          const had = store.crosshair.value;
          const known = had.at(-1)?.at ?? 0;
          const points = [...had, ...message.points.filter(({ at }) => at > known)];
          const newest = points.at(-1)?.at ?? 0;
          store.crosshair.value = points.filter(({ at }) => newest - at <= crosshairSpan);
        });
        break;
      case 'settings':
        store.settings.value = message.settings;
        break;
      case 'event':
        store.events.value = [message.event, ...store.events.value].slice(0, mostEvents);
        break;
      case 'answer':
        this.#waiting.get(message.id)?.(message);
        break;
    }
  }

  #ended(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    for (const settle of [...this.#waiting.values()]) {
      settle({ accepted: false, reason: 'the connection broke' });
    }
    this.#retry();
  }

  #retry(): void {
    this.#store.phase.value = 'lost';
    setTimeout(() => void this.open(), this.#waitMs);
    this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
  }
}
