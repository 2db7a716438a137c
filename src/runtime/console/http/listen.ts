import type { Server } from 'node:http';
import { UsageError } from '../../../core/errors.js';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where it is taken, so many more are tried, one after the other. */
  readonly more: number;
}

/** @returns the port it listens on. @throws UsageError naming `console` when it cannot listen there. */
export async function listen(server: Server, { host, port, more }: ListenOptions): Promise<number> {
  const last = port === 0 ? 0 : Math.min(port + more, 65_535);
  for (let next = port; ; next += 1) {
    try {
      return await listenOn(server, host, next);
    } catch (cause) {
      const { code = '', message } = cause as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && next < last) continue;
      const ports = last > port && code === 'EADDRINUSE' ? `ports ${port} to ${last}` : `port ${port}`;
      throw new UsageError(`console: ${host} ${ports}: ${reasons[code] ?? message}`, { cause });
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      server.off('listening', onListening);
      reject(error);
    };
    const onListening = (): void => {
      server.off('error', onError);
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    };
    server.once('error', onError).once('listening', onListening).listen(port, host);
  });
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'taken, perhaps by another tagalong: give another console.port, or 0 for any free one',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host',
};
