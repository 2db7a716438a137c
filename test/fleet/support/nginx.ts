import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../runtime/mqtt/support/mosquitto.js';

/** The web server's program: Debian puts it where only root's PATH looks. */
export const nginxProgram = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx';

export interface NginxOptions {
  /** Lines inside `server`, such as a certificate. */
  readonly config?: readonly string[];
  readonly scheme?: 'http' | 'https';
}

/** An nginx of our own, one process, that serves a folder on a free port of 127.0.0.1 as Debian's does without any setting for repositories. */
export class Nginx implements AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly #own: string;
  readonly #child: ChildProcess;

  private constructor(port: number, scheme: string, own: string, child: ChildProcess) {
    this.port = port;
    this.url = `${scheme}://127.0.0.1:${port}`;
    this.#own = own;
    this.#child = child;
  }

  /** @throws when it does not start. */
  static async open(folder: string, { config = [], scheme = 'http' }: NginxOptions = {}): Promise<Nginx> {
    const own = await mkdtemp(join(tmpdir(), 'tagalong-nginx-'));
    for (let tries = 1; ; tries += 1) {
      const port = await freePort();
      await writeFile(join(own, 'nginx.conf'), configuration(folder, own, port, scheme, config));
      const args = ['-c', join(own, 'nginx.conf'), '-p', own, '-e', 'stderr'];
      const child = spawn(nginxProgram, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
      if (await listens(port, child)) return new Nginx(port, scheme, own, child);
      if (tries === 3) throw new Error(`nginx does not start: ${log}`); // another process may have been faster on the port
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    await rm(this.#own, { recursive: true, force: true });
  }
}

function configuration(
  folder: string,
  own: string,
  port: number,
  scheme: string,
  more: readonly string[],
): string {
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(own, name)};`,
  );
  return [
    'daemon off; master_process off; worker_rlimit_nofile 8192;',
    `pid ${join(own, 'pid')};`,
    'events { worker_connections 4096; }',
    'http {',
    'access_log off; sendfile on;',
    ...scratch,
    `server { listen 127.0.0.1:${port}${scheme === 'https' ? ' ssl' : ''} backlog=2048; root ${folder};`,
    ...more,
    '}',
    '}',
  ].join('\n');
}

async function listens(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).on('error', () => {
        resolve(false);
      });
    });
    if (open) return true;
    await delay(20);
  }
  return false;
}
