import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { listen } from '../../../runtime/net/listen.js';

export interface ServedFolder extends AsyncDisposable {
  readonly url: string;
}

/** A web server of the plainest kind, on this machine only: what any other does for a repository. */
export async function serveFolder(dir: string): Promise<ServedFolder> {
  const server = createServer(({ url = '/' }, response) => {
    if (!/^(\/[\w.-]+)+$/.test(url) || url.includes('..')) {
      response.writeHead(404).end();
      return;
    }
    const file = createReadStream(join(dir, url));
    file.on('error', () => response.writeHead(404).end());
    file.pipe(response);
  });
  const port = await listen(server, { name: 'repository', host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
