import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { loginSchema } from '../../../core/console/client-messages.js';
import type { Log } from '../../../core/ports/log.js';
import type { Doorkeeper } from '../access/doorkeeper.js';
import { isOwnHost, isSameOrigin } from '../access/request-checks.js';
import { findCookie, issueSession, readSession, sessionCookie, type Session } from '../access/sessions.js';
import type { Tokens } from '../access/tokens.js';
import { readBody } from './read-body.js';
import { answerRecordings } from './recordings.js';
import { refuse, sendJson } from './reply.js';
import { securityHeaders } from './security-headers.js';
import { sendFile } from './send-file.js';
import type { StaticFile } from './static-files.js';

export interface ConsoleHttpOptions {
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly tokens: Tokens;
  readonly doorkeeper: Doorkeeper;
  /** Names the page may be opened under. */
  readonly hosts: readonly string[];
  readonly loginHours: number;
  /** Folder of the recording; null: there is none. */
  readonly recordings: () => string | null;
  readonly log: Log;
}

const mostBodyBytes = 1024;

/** Answers every request of the console but the WebSocket's, and says who is behind a request. */
export class ConsoleHttp {
  readonly #options: ConsoleHttpOptions;

  constructor(options: ConsoleHttpOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#route(request, response);
    } catch (error) {
      if (request.destroyed && !request.complete) return; // gone in the middle of its request
      log.error({ err: error }, 'console: a request failed');
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'the console failed; see the log');
    }
  }

  /** Null when nobody has logged in behind this request, or it names another host. */
  sessionOf({ headers, socket }: IncomingMessage): Session | null {
    const { hosts, tokens } = this.#options;
    if (!isOwnHost(headers.host, hosts)) return null;
    const value = findCookie(headers.cookie, portOf(socket));
    return value === null ? null : readSession(value, tokens, Date.now());
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host } = request.headers;
    if (host === undefined || !isOwnHost(host, this.#options.hosts)) {
      refuse(response, 421, 'this console has another name: open it by its address, or see console.hosts');
      return;
    }
    for (const [name, value] of Object.entries(securityHeaders(host))) response.setHeader(name, value);
    const path = (request.url ?? '/').replace(/[?#].*$/s, '');
    if (request.method === 'POST') await this.#post(request, response, path);
    else if (request.method === 'GET' || request.method === 'HEAD') await this.#get(request, response, path);
    else refuse(response, 405, 'only GET, HEAD and POST', { allow: 'GET, HEAD, POST' });
  }

  async #post(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (!isSameOrigin(request)) refuse(response, 403, 'only the console’s own page may do this');
    else if (path === '/login') await this.#login(request, response);
    else if (path === '/logout') this.#end(request, response);
    else refuse(response, 404, 'there is no such page');
  }

  async #get(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const file = this.#options.files.get(path);
    if (file) {
      sendFile(request, response, file);
      return;
    }
    const session = this.sessionOf(request);
    const [, rest] = /^\/recordings(\/.*)?$/.exec(path) ?? [];
    if (path === '/session') {
      if (session) sendJson(response, 200, { role: session.role });
      else refuse(response, 401, 'log in first');
    } else if (path.startsWith('/recordings') && session) {
      await answerRecordings(request, response, rest ?? '', this.#options.recordings());
    } else {
      refuse(
        response,
        path.startsWith('/recordings') ? 401 : 404,
        'there is no such page, or not without a login',
      );
    }
  }

  async #login(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { doorkeeper, tokens, loginHours, log } = this.#options;
    const address = request.socket.remoteAddress ?? 'unknown';
    const body = await readBody(request, mostBodyBytes);
    const asked = loginSchema.safeParse(parseJson(body));
    if (!asked.success) {
      refuse(response, 400, 'a token is needed');
      return;
    }
    const verdict = doorkeeper.judge(asked.data.token.trim(), address);
    if (verdict.role === null && verdict.reason === 'too often') {
      refuse(response, 429, 'too many attempts: wait some seconds', { 'retry-after': '5' });
    } else if (verdict.role === null) {
      log.warn({ address }, `login refused: wrong token from ${address}`);
      refuse(response, 401, 'that is not the token');
    } else {
      const lifeMs = loginHours * 3_600_000;
      const value = issueSession(verdict.role, tokens, Date.now() + lifeMs);
      log.info({ address, role: verdict.role }, `login from ${address}`);
      sendJson(response, 200, { role: verdict.role }, cookie(request, value, lifeMs / 1000));
    }
  }

  #end(request: IncomingMessage, response: ServerResponse): void {
    sendJson(response, 200, {}, cookie(request, '', 0));
  }
}

function cookie(request: IncomingMessage, value: string, maxAgeSeconds: number): OutgoingHttpHeaders {
  const secure = request.headers.origin?.startsWith('https:') === true; // behind a proxy that speaks TLS
  return { 'set-cookie': sessionCookie(portOf(request.socket), value, maxAgeSeconds, secure) };
}

function portOf({ localPort = 0 }: { localPort?: number | undefined }): number {
  return localPort;
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}
