import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { FleetError } from '../../core/errors.js';
import { codeOf } from './disk/file-system.js';

/**
 * Makes sure that one agent at a time works on a folder. The kernel holds the lock, as a name in its abstract socket namespace, and lets go of it
 * with the process, however that ends: there is no file that could be left behind.
 * @throws FleetError when another one has it.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const name = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex');
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const taken = codeOf(cause) === 'EADDRINUSE';
      reject(taken ? new FleetError(`"${folder}": another agent is at work there`, { cause }) : cause);
    });
    server.listen({ path: `\0tagalong-agent-${name}` }, resolve);
  });
  server.unref();
  return {
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
