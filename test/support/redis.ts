import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether redis-server is installed. */
export const hasRedis = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).error === undefined;

export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** SIGSTOP: it takes commands and answers none. */
  freeze(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Again, on the same port. */
  start(): Promise<void>;
}

/** A redis-server of the test's own on a free port of 127.0.0.1, without persistence: killed, it forgets. */
export async function startRedis({ password }: { readonly password?: string } = {}): Promise<TestRedis> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-redis-'));
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const secret = password === undefined ? [] : ['--requirepass', password];
    const storage = ['--save', '', '--appendonly', 'no', '--dir', dir];
    const args = ['--port', String(port), '--bind', '127.0.0.1', ...storage, ...secret];
    child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const { stdout } = child;
    await new Promise<void>((resolve) => {
      stdout!.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('Ready to accept connections')) resolve();
      });
    });
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running?.exitCode !== null) return; // none, or ended
    const exit = once(running, 'exit');
    running.kill('SIGKILL');
    await exit;
  };
  await start();
  const secret = password === undefined ? '' : `:${password}@`;
  return {
    url: `redis://${secret}127.0.0.1:${port}`,
    port,
    freeze: () => {
      child?.kill('SIGSTOP');
    },
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
