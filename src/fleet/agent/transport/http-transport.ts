import type { IncomingMessage, RequestOptions } from 'node:http';
import { FleetError } from '../../../core/errors.js';
import type { Transport } from './transport.js';

export interface HttpOptions {
  /** Authorities that may sign the server's certificate, PEM; default: the system's. */
  readonly ca?: string;
  /** A connection that gives nothing for so long is dead. */
  readonly silenceMs?: number;
}

/** A repository on a web server. What comes is checked by its signatures: TLS keeps it private, no more. */
export function httpTransport(base: string, { ca, silenceMs = 30_000 }: HttpOptions = {}): Transport {
  const root = base.replace(/\/+$/, '');
  return {
    origin: root,
    async get(path, { from, signal }) {
      const url = `${root}/${path.split('/').map(encodeURIComponent).join('/')}`;
      const headers = {
        'user-agent': 'tagalong-agent',
        'accept-encoding': 'identity',
        ...(from > 0 && { range: `bytes=${from}-` }),
      };
      const response = await request(url, { headers, signal, ...(ca !== undefined && { ca }) }, silenceMs);
      const { statusCode = 0, headers: told } = response;
      if (statusCode === 200) return { from: 0, body: bodyOf(response, url) };
      if (statusCode === 206) {
        const [, begins] = /^bytes (\d+)-/.exec(told['content-range'] ?? '') ?? [];
        if (Number(begins) === from) return { from, body: bodyOf(response, url) };
      }
      response.destroy();
      if (statusCode === 403 || statusCode === 404) return null; // some stores say 403 for what is not there
      if (statusCode === 416) return { from, body: nothing() };
      throw new FleetError(`${url}: the server answered ${statusCode}${redirected(told.location)}`);
    },
  };
}

async function request(
  url: string,
  options: RequestOptions & { ca?: string },
  silenceMs: number,
): Promise<IncomingMessage> {
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const asked = get(url, options, resolve);
    asked.setTimeout(silenceMs, () => {
      asked.destroy(new Error(`silent for ${silenceMs / 1000} s`));
    });
    asked.on('error', (cause) => {
      reject(options.signal?.aborted ? (options.signal.reason as Error) : unreachable(url, cause));
    });
  });
}

async function* bodyOf(response: IncomingMessage, url: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of response) yield piece as Uint8Array;
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

function unreachable(url: string, cause: unknown): FleetError {
  const { message, code } = cause as NodeJS.ErrnoException;
  return new FleetError(`${url}: ${code === 'ECONNRESET' ? 'the connection was cut' : message}`, { cause });
}

function redirected(location: string | undefined): string {
  return location === undefined ? '' : ` and points to "${location}": configure that address`;
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // the file has no byte there
}
