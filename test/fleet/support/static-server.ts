import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** What a hostile mirror makes of a path: bytes of its own, or a way to answer; null: what the folder holds. */
export type Interference = (path: string) => Uint8Array | ((response: ServerResponse) => void) | null;

export interface StaticServer {
  readonly url: string;
  /** From the next request on. */
  interfere(interference: Interference | null): void;
  /** Paths asked for. */
  readonly asked: string[];
}

/** Serves a folder as any web server does, and, where asked, as none should. */
export async function serveFolder(t: ExecutionContext, dir: string): Promise<StaticServer> {
  let interference: Interference | null = null;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').slice(1);
    asked.push(path);
    const own = interference?.(path) ?? null;
    if (typeof own === 'function') {
      own(response);
    } else if (own) {
      response.end(own);
    } else {
      readFile(join(dir, path)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    interfere: (next) => {
      interference = next;
    },
    asked,
  };
}
