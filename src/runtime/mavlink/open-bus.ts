import { dirname, join } from 'node:path';
import type { Log } from '../../core/ports/log.js';
import { LinkBus } from './link-bus.js';
import { channelOf } from './links/channel-of.js';
import { nameOf, type MavlinkOptions } from './options.js';
import { readSigningKey } from './signing/key-file.js';
import { signatureTime } from './signing/signature.js';
import type { Signing } from './signing/signature-gate.js';
import { TimestampFile } from './signing/timestamp-file.js';

export type OpenBusOptions = Pick<MavlinkOptions, 'links' | 'sysid' | 'compid' | 'signing'>;

/** A bus, and what has to be closed after it. */
export interface OpenedBus extends AsyncDisposable {
  readonly bus: LinkBus;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the bus over the configured links. It is there at once, whether the links are or not.
 * @throws UsageError for a key or state file that cannot be used.
 */
export async function openBus(
  { links, sysid, compid, signing }: OpenBusOptions,
  { log }: { readonly log: Log },
): Promise<OpenedBus> {
  const key = signing ? await readSigningKey(signing.keyFile) : null;
  const file = signing ? await openTimestamps(signing, log) : null;
  const own: Signing | null = key && file ? { key, timestamps: file.timestamps } : null;
  const bus = new LinkBus({
    links: links.map((link, index) => ({
      name: nameOf(link, index),
      kind: channelOf(link.url),
      signing: (link.signed ?? own !== null) ? own : null,
      linkId: link.linkId ?? index,
    })),
    sysid: sysid ?? null,
    compid,
    log,
  });
  const close = async (): Promise<void> => {
    await bus.close();
    await file?.close();
  };
  return { bus, close, [Symbol.asyncDispose]: close };
}

function openTimestamps(
  { keyFile, stateFile }: NonNullable<MavlinkOptions['signing']>,
  log: Log,
): Promise<TimestampFile> {
  const folder = process.env['STATE_DIRECTORY']?.split(':', 1)[0] ?? dirname(keyFile);
  const path = stateFile ?? join(folder, 'mavlink-signing.json');
  return TimestampFile.open(path, () => signatureTime(Date.now()), log);
}
