import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TagalongError } from '../../core/errors.js';

export interface GimbalProcess extends AsyncDisposable {
  /** How to talk to it. */
  readonly url: string;
}

const program = fileURLToPath(new URL('../../runtime/gimbal/simulated/gimbal-program.js', import.meta.url));

/**
 * Starts the simulated gimbal as a process of its own on a free UDP port of this machine.
 * @param core the one it is held on, by taskset; none: where the kernel puts it.
 */
export async function startSimulatedGimbal(signal: AbortSignal, core?: string): Promise<GimbalProcess> {
  const port = await freePort();
  const command = [process.execPath, program, `udpin://127.0.0.1:${port}`];
  const [file, ...args] = core === undefined ? command : ['taskset', '-c', core, ...command];
  const child = spawn(file!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  const began = await Promise.race([
    once(child.stdout, 'data', { signal }).then(() => true),
    ended.then(() => false),
  ]).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (!began) throw new TagalongError('the simulated gimbal ended before it began');
  return { url: `udpout://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
