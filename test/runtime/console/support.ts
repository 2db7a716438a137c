import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { serverMessageSchema, type ServerMessage } from '../../../src/core/console/server-messages.js';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import type { Log } from '../../../src/core/ports/log.js';
import { consoleOptionsSchema, type ConsoleOptions } from '../../../src/runtime/console/options.js';
import { EventLog } from '../../../src/runtime/console/live/events.js';
import { openConsole } from '../../../src/runtime/console/open-console.js';

export const tokens = { command: 'the-token-to-command', view: 'the-token-to-watch' };

/** A console without a loop behind it, whose page is one line; and everything it logged. */
export async function openTestConsole(
  t: ExecutionContext,
  options: Partial<ConsoleOptions> = {},
  recordings: string | null = null,
  morePorts = 0,
) {
  const pageDir = mkdtempSync(join(tmpdir(), 'tagalong-page-'));
  mkdirSync(join(pageDir, 'assets'));
  writeFileSync(join(pageDir, 'index.html'), '<!doctype html><title>Tagalong</title>');
  writeFileSync(join(pageDir, 'assets/a.js'), 'export {};');
  writeFileSync(join(pageDir, 'notes.txt'), 'not of the page');
  const control = new MemoryControl({ now: Date.now });
  const events = new EventLog();
  let logged = '';
  const write = (fields: object, message: string): void => {
    logged += `${message} ${JSON.stringify(fields)}\n`;
  };
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const changes: [string, string | number][] = [];
  const server = await openConsole(
    { ...consoleOptionsSchema.parse({ port: 0 }), ...options },
    {
      ...{ tokens, pageDir, events, log, morePorts },
      subject: {
        device: 'rover-1',
        control,
        health: () => ({ level: 'ok', reasons: [], alive: true }),
        sinkFacts: () => ({}),
        settings: () => [],
        change: (key, value) => {
          if (key !== 'log.level') throw new Error(`${key}: cannot be changed`);
          changes.push([key, value]);
        },
        models: () => Promise.resolve([]),
        recordings: () => recordings,
      },
    },
  );
  t.teardown(async () => {
    await server.close();
    rmSync(pageDir, { recursive: true, force: true });
  });
  const address = `http://127.0.0.1:${server.port}`;
  return { server, control, events, address, changes, logged: () => logged };
}

/** @returns the cookie. */
export async function logIn(address: string, token: string): Promise<string> {
  const response = await postJson(`${address}/login`, { token });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

export function postJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const origin = new URL(url).origin;
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { origin, ...headers } });
}

/** A page, as far as the service can tell. */
export class FakePage {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  /** Resolves with the close code; or the HTTP status of a refusal. */
  readonly over: Promise<number>;
  #wake: () => void = () => undefined;

  constructor(t: ExecutionContext, address: string, cookie: string, headers: Record<string, string> = {}) {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/socket`, {
      headers: { cookie, origin: address, ...headers },
    });
    this.socket = socket;
    this.over = new Promise((resolve) => {
      socket.on('close', resolve);
      socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.on('error', () => undefined);
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      this.messages.push(serverMessageSchema.parse(JSON.parse((data as Buffer).toString())));
      this.#wake();
    });
    t.teardown(() => {
      socket.terminate();
    });
  }

  async hears<K extends ServerMessage['kind']>(
    kind: K,
    fits: (message: Extract<ServerMessage, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<ServerMessage, { kind: K }>> {
    for (;;) {
      const found = this.messages.find(
        (it): it is Extract<ServerMessage, { kind: K }> => it.kind === kind && fits(it as never),
      );
      if (found) return found;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
}
