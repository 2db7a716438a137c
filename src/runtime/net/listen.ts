import type { Server } from 'node:net';
import { UsageError } from '../../core/errors.js';

export interface ListenOptions {
  /** Who wants to listen: what an error begins with. */
  readonly name: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where it is taken, so many more are tried, one after the other. */
  readonly more?: number;
  /** What to do where every one of them is taken. */
  readonly advice?: string;
}

/** @returns the port it listens on: the first free one. @throws UsageError saying why it cannot listen there. */
export async function listen(
  server: Server,
  { name, host, port, more = 0, advice }: ListenOptions,
): Promise<number> {
  const last = port === 0 ? 0 : Math.min(port + more, 65_535);
  for (let next = port; ; next += 1) {
    try {
      return await listenOn(server, host, next);
    } catch (cause) {
      const { code = '', message } = cause as NodeJS.ErrnoException;
      const isTaken = code === 'EADDRINUSE';
      if (isTaken && next < last) continue;
      const ports = isTaken && last > port ? `ports ${port} to ${last}` : `port ${next}`;
      const reason = reasons[code] ?? message;
      const hint = isTaken && advice !== undefined ? `, ${advice}` : '';
      throw new UsageError(`${name}: ${host} ${ports}: ${reason}${hint}`, { cause });
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
  EADDRINUSE: 'taken',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host',
};
