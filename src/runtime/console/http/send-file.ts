import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StaticFile } from './static-files.js';

/** Answers with a file of the page, compressed where the browser takes that. */
export function sendFile(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { type, body, gzipped, immutable }: StaticFile,
): void {
  const compressed = /\bgzip\b/.test(headers['accept-encoding']?.toString() ?? '');
  const sent = compressed ? gzipped : body;
  response.writeHead(200, {
    'content-type': type,
    'content-length': sent.length,
    vary: 'accept-encoding',
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(compressed && { 'content-encoding': 'gzip' }),
  });
  response.end(method === 'HEAD' ? undefined : sent);
}
