import { fileURLToPath } from 'node:url';
import { UsageError } from '../../../core/errors.js';
import { fileTransport } from './file-transport.js';
import { httpTransport, type HttpOptions } from './http-transport.js';
import type { Transport } from './transport.js';

/** Opens `https:`, `http:` or `file:`. @throws UsageError for anything else. */
export function openTransport(url: string, options: HttpOptions = {}): Transport {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  switch (parsed?.protocol) {
    case 'https:':
    case 'http:':
      return httpTransport(url, options);
    case 'file:':
      return fileTransport(fileURLToPath(parsed));
    default:
      throw new UsageError(`repository "${url}": must be https://…, http://… or file:///…`);
  }
}
