import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../net/listen.js';
import type { Health } from './health.js';

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly health: () => Health;
}

export interface MetricsServer extends AsyncDisposable {
  readonly url: string;
  /** Idempotent. */
  close(): Promise<void>;
}

interface Reply {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Serves `/metrics` (Prometheus' text) and `/healthz` (200, or 503 while the target cannot be followed; JSON with the reasons).
 * @throws UsageError naming `http` when it cannot listen there.
 */
export async function openMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port } = options;
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    void respond(request, response, options);
  });
  server.maxConnections = 32;
  const bound = await listen(server, {
    ...{ name: 'http', host, port },
    advice: 'perhaps by another tagalong: give another http.port, or 0 for any free one',
  });
  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
    return closed;
  };
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${bound}`, close, [Symbol.asyncDispose]: close };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: MetricsServerOptions,
): Promise<void> {
  const { code, type, body } = await replyTo(request, options).catch((error: unknown) =>
    text(500, String(error)),
  );
  response.writeHead(code, {
    'content-type': type,
    'cache-control': 'no-store',
    ...(code === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function replyTo(
  { method, url }: IncomingMessage,
  { metrics, health }: MetricsServerOptions,
): Promise<Reply> {
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'only GET');
  switch (url?.replace(/\?.*$/s, '')) {
    case '/metrics':
      return { code: 200, type: metrics.contentType, body: await metrics.text() };
    case '/healthz': {
      const { level, reasons } = health();
      const body = `${JSON.stringify({ status: level, reasons })}\n`;
      return { code: level === 'failing' ? 503 : 200, type: 'application/json', body };
    }
    case '/':
      return text(200, '/metrics\n/healthz\n');
    default:
      return text(404, 'there are /metrics and /healthz\n');
  }
}

function text(code: number, body: string): Reply {
  return { code, type: 'text/plain; charset=utf-8', body };
}
