import type { KeyObject } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FleetError, TagalongError } from '../../../core/errors.js';
import type { Log } from '../../../core/ports/log.js';
import { challengePath, pushHeaders, pushPath, verifyPush } from '../../push/http-push.js';
import { pushLimits } from '../../push/messages.js';
import type { Agent } from '../agent.js';
import type { Performance } from '../watch/baseline.js';
import { Challenges } from './challenges.js';
import { receivePush } from './receive-push.js';

/** What only the socket on the device itself serves. */
export const localPaths = {
  status: '/v1/status',
  rollback: '/v1/rollback',
  forgive: '/v1/forgive',
  update: '/v1/update',
} as const;
export const allowExpiredHeader = 'x-tagalong-allow-expired';

export interface AgentServerOptions {
  readonly agent: Agent;
  readonly device: string;
  readonly state: string;
  /** Public halves that may push over the network; asked anew every time. */
  readonly keys: () => Promise<readonly KeyObject[]>;
  /** How the model in use does. */
  readonly before: () => Performance;
  /** Looks at the repository now; null where none is configured. */
  readonly update: ((options: { allowExpired: boolean; signal: AbortSignal }) => Promise<unknown>) | null;
  readonly steadyMs: () => number;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** One push at a time; the network may only push, signed; whoever may open the socket on the device may do everything. */
export class AgentServer {
  readonly #options: AgentServerOptions;
  readonly #challenges: Challenges;
  readonly #servers: Server[] = [];
  #receiving = false;

  constructor(options: AgentServerOptions) {
    this.#options = options;
    this.#challenges = new Challenges(options.steadyMs);
  }

  /** For the network. @returns the port. */
  async listen(host: string, port: number): Promise<number> {
    const server = this.#create((request, response) => this.#remote(request, response));
    await listening(server, () => server.listen(port, host));
    const address = server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  /** For people and programs on the device: those who may write to the socket. */
  async listenLocally(path: string): Promise<void> {
    await rm(path, { force: true }); // of one that is gone: there is a lock
    const server = this.#create((request, response) => this.#local(request, response));
    await listening(server, () => server.listen(path));
    await chmod(path, 0o660);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => {
              resolve();
            });
            server.closeAllConnections();
          }),
      ),
    );
  }

  #create(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Server {
    const server = createServer({ requestTimeout: 0 }, (request, response) => {
      answer(request, response).catch((error: unknown) => {
        const known = error instanceof TagalongError;
        if (!known) this.#options.log.error({ err: error }, 'request failed');
        if (response.headersSent) response.destroy();
        else reply(response, known ? 409 : 500, known ? error.message : 'failed');
      });
    });
    server.maxConnections = 32;
    this.#servers.push(server);
    return server;
  }

  async #remote(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { device } = this.#options;
    if (request.method === 'GET' && request.url === challengePath) {
      reply(response, 200, JSON.stringify({ device, nonce: this.#challenges.give() }));
      return;
    }
    if (request.method !== 'POST' || request.url !== pushPath) {
      reply(response, 404, 'there is no such thing');
      return;
    }
    const sha256 = await this.#signedFor(request);
    if (sha256 === null) {
      reply(response, 403, 'not signed by an enrolled key, or too late: tagalong agent enroll');
      return;
    }
    await this.#receive(request, response, sha256, false);
  }

  async #local(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { agent, update, signal } = this.#options;
    const allowExpired = request.headers[allowExpiredHeader] === '1';
    switch (`${request.method ?? ''} ${request.url ?? ''}`) {
      case `GET ${localPaths.status}`:
        reply(response, 200, JSON.stringify(await agent.report()));
        return;
      case `POST ${localPaths.rollback}`:
        await agent.exclusively(() => agent.installer.rollBack('by an operator on the device'));
        reply(response, 200, JSON.stringify(await agent.report()));
        return;
      case `POST ${localPaths.forgive}`:
        await agent.exclusively(() => agent.installer.forgive());
        reply(response, 200, JSON.stringify(await agent.report()));
        return;
      case `POST ${localPaths.update}`:
        if (!update) throw new FleetError('repository: none is configured');
        reply(response, 200, JSON.stringify(await update({ allowExpired, signal })));
        return;
      case `POST ${pushPath}`:
        await this.#receive(request, response, null, allowExpired);
        return;
      default:
        reply(response, 404, 'there is no such thing');
    }
  }

  /** The hash an enrolled key has signed for; null: none did. */
  async #signedFor({ headers }: IncomingMessage): Promise<string | null> {
    const [sha256, nonce, signature] = [pushHeaders.sha256, pushHeaders.nonce, pushHeaders.signature].map(
      (name) => headers[name],
    );
    if (typeof sha256 !== 'string' || typeof nonce !== 'string' || typeof signature !== 'string') return null;
    if (!this.#challenges.take(nonce)) return null;
    const challenge = { device: this.#options.device, nonce };
    const keys = await this.#options.keys();
    return keys.some((key) => verifyPush(key, challenge, sha256, signature)) ? sha256 : null;
  }

  async #receive(
    request: IncomingMessage,
    response: ServerResponse,
    sha256: string | null,
    allowExpired: boolean,
  ): Promise<void> {
    if (this.#receiving) throw new FleetError('another push is under way');
    if (Number(request.headers['content-length'] ?? 0) > pushLimits.bytes) throw new FleetError('too large');
    this.#receiving = true;
    try {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const { agent, state, signal, before } = this.#options;
      await receivePush(agent, request, {
        ...{ state, sha256, allowExpired, signal, before: before() },
        onMessage: (message) => response.write(`${JSON.stringify(message)}\n`),
      });
      response.end();
    } finally {
      this.#receiving = false;
    }
  }
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).once('listening', resolve);
    listen();
  });
}

function reply(response: ServerResponse, code: number, body: string): void {
  response.writeHead(code, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/plain' });
  response.end(`${body}\n`);
}
