import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';

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
    for (let tries = 1; ; tries += 1) {
      const broker = new Mosquitto(await freePort(), folder, url);
      const lines = [
        'user root', // else it gives up root, and with it the right to read its folder
        'persistence false',
        'log_dest stderr',
        `listener ${broker.port} 127.0.0.1`,
        ...(config?.(folder) ?? ['allow_anonymous true']),
      ];
      await writeFile(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
      try {
        await broker.start();
        return broker;
      } catch (error) {
        if (tries === 3) throw error; // another process may have been faster on the port
      }
    }
  }

  /** Starts it (again) on the same port, and waits until it listens. */
  async start(): Promise<void> {
    const conf = join(this.folder, 'mosquitto.conf');
    const child = spawn(mosquittoProgram, ['-c', conf], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    await until(() => / running$/m.test(log) || child.exitCode !== null, 'mosquitto to run');
    if (child.exitCode !== null) throw new Error(`mosquitto does not start: ${log}`);
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

function isFile(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
