import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fleetPageVersion, type FleetMessage, type FleetRow } from '../../core/console/fleet-messages.js';
import type { FleetWatch } from '../../fleet/fleet-watch.js';
import { isOwnHost } from '../../runtime/console/access/request-checks.js';
import { refuse } from '../../runtime/console/http/reply.js';
import { securityHeaders } from '../../runtime/console/http/security-headers.js';
import { sendFile } from '../../runtime/console/http/send-file.js';
import { readStaticFiles } from '../../runtime/console/http/static-files.js';
import { listen } from '../../runtime/net/listen.js';
import { packageRoot } from '../package-root.js';
import { fleetRow } from './fleet-rows.js';

export interface FleetServerOptions {
  readonly watch: FleetWatch;
  readonly host: string;
  readonly port: number;
  readonly broker: () => FleetMessage['broker'];
}

export interface FleetServer extends AsyncDisposable {
  readonly url: string;
}

const everyMs = 500;
/** What a page may be behind before it is let go: it connects again, and gets everything anew. */
const mostWaitingBytes = 4 << 20;

/** Serves the fleet's page, which sees everything and can do nothing. Changes reach it twice a second. */
export async function openFleetServer({
  watch,
  host,
  port,
  broker,
}: FleetServerOptions): Promise<FleetServer> {
  const files = await readStaticFiles(join(packageRoot, 'dist/console'));
  const pages = new Set<ServerResponse>();
  const message = (devices: FleetRow[]): string => {
    const content: FleetMessage = {
      version: fleetPageVersion,
      nowMs: Date.now(),
      broker: broker(),
      devices,
    };
    return `data: ${JSON.stringify(content)}\n\n`;
  };
  const server = createServer((request, response) => {
    const { host: asked } = request.headers;
    if (asked === undefined || !isOwnHost(asked, [])) {
      refuse(response, 421, 'this page has another name: open it by its address');
      return;
    }
    for (const [name, value] of Object.entries(securityHeaders(asked))) response.setHeader(name, value);
    const path = (request.url ?? '/').replace(/[?#].*$/s, '');
    const file = files.get(path === '/' ? '/fleet.html' : path);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405, 'only GET and HEAD', { allow: 'GET, HEAD' });
    } else if (path === '/fleet/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(message(watch.devices().map(fleetRow)));
      pages.add(response);
      response.on('close', () => pages.delete(response));
    } else if (file) {
      sendFile(request, response, file);
    } else {
      refuse(response, 404, 'there is no such page');
    }
  });
  const bound = await listen(server, { name: 'fleet console', host, port, more: 19 });
  const timer = setInterval(() => {
    const text = message(watch.takeChanged().map(fleetRow));
    for (const page of pages) {
      if (page.writableLength > mostWaitingBytes) page.destroy();
      else page.write(text);
    }
  }, everyMs);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/`,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
