import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { WebSocket, WebSocketServer } from 'ws';
import type { SharedFrame } from '../../core/image/shared-frame.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Log } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';
import { listen } from '../net/listen.js';
import { reachableAddresses } from './access/addresses.js';
import { Doorkeeper } from './access/doorkeeper.js';
import type { Session } from './access/sessions.js';
import type { Tokens } from './access/tokens.js';
import { ConsoleHttp } from './http/console-http.js';
import type { StaticFile } from './http/static-files.js';
import { acceptSockets } from './http/upgrades.js';
import { Audience } from './live/audience.js';
import { Crosshair } from './live/crosshair.js';
import type { EventLog } from './live/events.js';
import type { ConsoleSubject } from './live/subject.js';
import { Telemetry } from './live/telemetry.js';
import { Viewer } from './live/viewer.js';
import type { ConsoleOptions, VideoOptions } from './options.js';
import { PictureFeed } from './video/picture-feed.js';

export interface ConsoleContext {
  readonly subject: ConsoleSubject;
  readonly tokens: Tokens;
  /** The built page. */
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly events: EventLog;
  readonly log: Log;
  /** Ports tried after the configured one. */
  readonly morePorts: number;
}

/**
 * The web console: serves the page, shows it frames with their tracks, takes its commands. A tap and a sink of the live loop:
 * neither ever blocks it or throws. It leaves most tracks out on purpose, so they do not count as dropped.
 */
export class ConsoleServer implements FrameTap, Sink {
  readonly name = 'console';
  readonly tokens: Tokens;
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #viewers: Set<Viewer>;
  readonly #watchers = new Set<Viewer>();
  readonly #audience: Audience;
  readonly #telemetry: Telemetry;
  readonly #crosshair = new Crosshair();
  readonly #feed: PictureFeed;
  readonly #context: ConsoleContext;
  #video: VideoOptions;
  #dropped = 0;
  #closed: Promise<void> | null = null;

  private constructor(options: ConsoleOptions, context: ConsoleContext, server: Server, port: number) {
    const { subject, events, log } = context;
    const viewers = new Set<Viewer>();
    this.#context = context;
    this.#server = server;
    this.#viewers = viewers;
    this.#video = options.video;
    this.#telemetry = new Telemetry(events);
    this.#feed = new PictureFeed({ watchers: this.#watchers, video: () => this.#video, log });
    this.#audience = new Audience({
      ...{ subject, events, viewers },
      ...{ telemetry: this.#telemetry, crosshair: this.#crosshair },
    });
    this.tokens = context.tokens;
    this.host = options.host;
    this.port = port;

    const { hosts, loginHours } = options;
    const http = new ConsoleHttp({
      ...{ files: context.files, tokens: context.tokens, hosts, loginHours, log },
      doorkeeper: new Doorkeeper(context.tokens),
      recordings: subject.recordings,
    });
    server.on('request', (request, response) => void http.answer(request, response));
    this.#sockets = acceptSockets(server, {
      hosts,
      sessionOf: (request) => http.sessionOf(request),
      hasRoom: () => viewers.size < options.viewers,
      onSocket: (socket, session, request) => {
        this.#welcome(socket, session, request);
      },
    });
  }

  /** @throws UsageError when it cannot listen there. */
  static async open(options: ConsoleOptions, context: ConsoleContext): Promise<ConsoleServer> {
    const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 });
    server.maxConnections = 4 * options.viewers + 32;
    const { host, port } = options;
    const bound = await listen(server, {
      ...{ name: 'console', host, port, more: context.morePorts },
      advice: 'perhaps by another tagalong: give another console.port, or 0 for any free one',
    });
    return new ConsoleServer(options, context, server, bound);
  }

  /** Where the page can be opened, best first; without tokens. */
  get addresses(): readonly string[] {
    return reachableAddresses(this.host, this.port);
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Pages open now. */
  get viewers(): number {
    return this.#viewers.size;
  }

  get video(): VideoOptions {
    return this.#video;
  }

  set video(next: VideoOptions) {
    this.#video = next;
  }

  see(frame: SharedFrame): void {
    if (!this.#closed) this.#feed.see(frame);
  }

  publish(track: Track): void {
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    this.#telemetry.publish(track);
    this.#crosshair.see(track);
    this.#feed.publish(track);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#audience[Symbol.dispose]();
    for (const viewer of this.#viewers) viewer.close(1001, 'the service ends');
    this.#sockets.close();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeIdleConnections();
    await this.#feed[Symbol.asyncDispose]();
    // a page that does not say goodbye in time is left behind
    const timer = setTimeout(() => {
      this.#server.closeAllConnections();
    }, 200);
    await closed;
    clearTimeout(timer);
  }

  #welcome(
    socket: WebSocket,
    { role, id }: Session,
    { socket: { remoteAddress = '?' } }: IncomingMessage,
  ): void {
    const { events, log } = this.#context;
    const name = `${remoteAddress.replace(/^::ffff:/, '')}#${id.slice(0, 4)}`;
    const viewer = new Viewer({
      ...{ socket, role, name },
      onRequest: (from, message) => void this.#audience.request(from, message),
      onReady: () => {
        this.#watched(viewer);
      },
      onGone: () => {
        this.#viewers.delete(viewer);
        this.#watchers.delete(viewer);
        if (this.#watchers.size === 0) void this.#feed.rest();
        if (!this.#closed) events.add('info', `web:${name} has gone`);
        log.info({ viewer: name, viewers: this.#viewers.size }, 'a viewer has gone');
      },
    });
    this.#viewers.add(viewer);
    events.add('info', `web:${name} has come (${role === 'command' ? 'may command' : 'only watches'})`);
    log.info({ viewer: name, role, viewers: this.#viewers.size }, 'a viewer has come');
    this.#audience.greet(viewer);
  }

  #watched(viewer: Viewer): void {
    if (viewer.watching) this.#watchers.add(viewer);
    else if (this.#watchers.delete(viewer) && this.#watchers.size === 0) void this.#feed.rest();
    this.#feed.pump();
  }
}
