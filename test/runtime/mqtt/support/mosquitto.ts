import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The broker's program: Debian puts it where only root's PATH looks. */
export const mosquittoProgram = isFile('/usr/sbin/mosquitto') ? '/usr/sbin/mosquitto' : 'mosquitto';

export interface MosquittoOptions {
  /** Lines of mosquitto.conf after the listener's. */
  readonly config?: (folder: string) => readonly string[];
  /** Called with the broker's own folder before it starts. */
  readonly prepare?: (folder: string) => Promise<void> | void;
  readonly url?: 'mqtt' | 'mqtts';
}

/** A mosquitto of our own on a free port of 127.0.0.1. */
export class Mosquitto implements AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  readonly url: string;
  #child: ChildProcess | null = null;

  private constructor(port: number, folder: string, scheme: string) {
    this.port = port;
    this.folder = folder;
    this.url = `${scheme}://127.0.0.1:${port}`;
  }

  static async open({ config, prepare, url = 'mqtt' }: MosquittoOptions = {}): Promise<Mosquitto> {
    const folder = await mkdtemp(join(tmpdir(), 'tagalong-mosquitto-'));
    await prepare?.(folder);
    const broker = new Mosquitto(await freePort(), folder, url);
    const lines = [
      'user root', // else it gives up root, and with it the right to read its folder
      'persistence false',
      `listener ${broker.port} 127.0.0.1`,
      ...(config?.(folder) ?? ['allow_anonymous true']),
    ];
    await writeFile(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
    await broker.start();
    return broker;
  }

  /** Starts it (again) on the same port, and waits until it listens. */
  async start(): Promise<void> {
    const child = spawn(mosquittoProgram, ['-c', join(this.folder, 'mosquitto.conf')], { stdio: 'ignore' });
    this.#child = child;
    for (let tries = 0; !(await accepts(this.port)); tries += 1) {
      if (child.exitCode !== null || tries > 600)
        throw new Error(`mosquitto does not start (${child.exitCode})`);
      await sleep(50);
    }
  }

  /** SIGKILL: no goodbye to anyone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** It hangs: the kernel goes on taking bytes for it. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Publishes with mosquitto_pub and waits until it has. */
export async function publish(broker: Mosquitto | { port: number }, args: readonly string[]): Promise<void> {
  const child = spawn('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(broker.port), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`mosquitto_pub: ${code} ${stderr}`);
}

/** Runs a tool to its end. @throws when it fails. */
export function runTool(tool: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${String(error ?? stderr)}`);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function isFile(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
