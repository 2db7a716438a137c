import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FleetError } from '../../../core/errors.js';
import { codeOf } from '../disk/file-system.js';
import type { Transport } from './transport.js';

/** A repository in a folder: a USB stick, a network drive, or what was pushed. */
export function fileTransport(folder: string): Transport {
  return {
    origin: `file:${folder}`,
    async get(path, { from, signal }) {
      const file = join(folder, ...path.split('/'));
      const found = await stat(file).catch((cause: unknown) => {
        if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause))) return null;
        throw new FleetError(`"${file}" cannot be read: ${String(cause)}`, { cause });
      });
      if (!found?.isFile()) return null;
      return { from, body: createReadStream(file, { start: from, signal }) as AsyncIterable<Uint8Array> };
    },
  };
}
