import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FleetError } from '../../../core/errors.js';
import { getWhole, type Transport } from '../transport/transport.js';
import { issuedField } from '../../issued.js';
import { explainTrustFailure } from './explain.js';
import { trustedTime } from './time.js';
import { type Role, roles, type Trust, type TrustFile } from './trust-file.js';

export interface RefreshOptions {
  readonly transport: Transport;
  readonly file: TrustFile;
  readonly firstRoot: Buffer;
  /** Wall clock, ms since 1970. */
  readonly clockMs: number;
  /** The software was made then: it cannot be earlier now. */
  readonly builtMs: number;
  /** An operator on the spot takes what has expired; signatures and versions are checked as ever. */
  readonly allowExpired?: boolean;
  readonly signal: AbortSignal;
}

/** One file that the repository vouches for. */
export interface TrustedTarget {
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
  readonly custom: unknown;
  /** Where it lies below the repository. */
  readonly location: string;
}

export interface TrustedRepository {
  readonly targets: readonly TrustedTarget[];
  /** Of targets.json. */
  readonly version: number;
  /** What is to be said of the device's clock; null: nothing. */
  readonly clockDoubt: string | null;
}

/**
 * Brings the trusted metadata up to date by the TUF client workflow, and keeps what was accepted, also when a later step failed.
 * @throws FleetError telling in words what is wrong with the repository, its signatures, or the clock.
 */
export async function refreshTrust(options: RefreshOptions): Promise<TrustedRepository> {
  const { file, firstRoot, clockMs, builtMs, allowExpired = false, transport } = options;
  const trust = await file.read(firstRoot);
  const time = trustedTime(clockMs, Math.max(builtMs, trust.notBeforeMs));
  // tuf-js writes its files in place: it gets a folder of its own, and what it accepted is kept as a whole
  const scratch = await mkdtemp(join(tmpdir(), 'tagalong-trust-'));
  try {
    await lay(scratch, trust);
    const referenceTime = allowExpired ? new Date(0) : new Date(time.ms);
    const failure = await runUpdater(scratch, options, referenceTime).then(
      () => null,
      (error: unknown) => error,
    );
    options.signal.throwIfAborted();
    const accepted = await gather(scratch, trust);
    if (changed(trust, accepted)) await file.write(accepted);
    if (failure !== null) throw explainTrustFailure(failure, transport.origin, time);
    return await repositoryOf(accepted, time.doubt);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function runUpdater(
  folder: string,
  { transport, signal }: RefreshOptions,
  referenceTime: Date,
): Promise<void> {
  // loaded when needed: an agent that only waits stays small
  const [{ Updater }, { DownloadHTTPError, DownloadLengthMismatchError }] = await Promise.all([
    import('tuf-js'),
    import('tuf-js/dist/error.js'),
  ]);
  const updater = new Updater({
    metadataDir: folder,
    metadataBaseUrl: `${placeholder}metadata`,
    fetcher: {
      async downloadBytes(url, maxLength) {
        const path = decodeURIComponent(url.slice(placeholder.length));
        const bytes = await getWhole(
          transport,
          path,
          maxLength,
          signal,
          () => new DownloadLengthMismatchError(`${path} is longer than ${maxLength} bytes`),
        );
        if (bytes) return bytes;
        throw new DownloadHTTPError(`${transport.origin}/${path}: is not there`, 404);
      },
      downloadFile: () => Promise.reject(new FleetError('targets are downloaded by the agent itself')),
    },
  });
  // pinned version: see test/fleet/agent/trust, which fails when this name does not move the time
  (updater as unknown as { trustedSet: { referenceTime: Date } }).trustedSet.referenceTime = referenceTime;
  await updater.refresh();
}

/** tuf-js wants addresses; only the transport knows where things really are. */
const placeholder = 'http://repository/';

async function lay(folder: string, { metadata }: Trust): Promise<void> {
  for (const role of roles) {
    const bytes = metadata[role];
    if (bytes) await writeFile(join(folder, `${role}.json`), bytes);
  }
}

async function gather(folder: string, trust: Trust): Promise<Trust> {
  const found: Partial<Record<Role, Buffer>> = {};
  for (const role of roles) {
    const bytes = await readFile(join(folder, `${role}.json`)).catch(() => null);
    if (bytes) found[role] = bytes;
  }
  const metadata = { ...trust.metadata, ...found };
  return { metadata, notBeforeMs: Math.max(trust.notBeforeMs, issuedMs(metadata.timestamp)) };
}

/** When the timestamp was signed, by its own word; 0 when it does not say. It was accepted, so its word is good. */
function issuedMs(timestamp: Buffer | undefined): number {
  if (!timestamp) return 0;
  const { signed } = JSON.parse(timestamp.toString()) as { signed: Readonly<Record<string, unknown>> };
  const issued = signed[issuedField];
  const ms = typeof issued === 'string' ? Date.parse(issued) : Number.NaN;
  return Number.isFinite(ms) ? ms : 0;
}

function changed(before: Trust, after: Trust): boolean {
  const differs = (role: Role): boolean => {
    const fresh = after.metadata[role];
    return fresh !== undefined && before.metadata[role]?.equals(fresh) !== true;
  };
  return before.notBeforeMs !== after.notBeforeMs || roles.some(differs);
}

async function repositoryOf({ metadata }: Trust, clockDoubt: string | null): Promise<TrustedRepository> {
  const { Metadata, MetadataKind } = await import('@tufjs/models');
  const read = (bytes: Buffer): never => JSON.parse(bytes.toString()) as never;
  const root = Metadata.fromJSON(MetadataKind.Root, read(metadata.root)).signed;
  const { targets, version } = Metadata.fromJSON(MetadataKind.Targets, read(metadata.targets!)).signed;
  const list = Object.values(targets).flatMap(({ path, length, hashes, custom }) => {
    const { sha256 } = hashes;
    if (sha256 === undefined) return []; // signed with a hash that this version does not know
    return [{ path, length, sha256, custom, location: locationOf(path, sha256, root.consistentSnapshot) }];
  });
  return { targets: list, version, clockDoubt };
}

/** TUF 5.7.3: in a consistent snapshot the file's name begins with its hash. */
function locationOf(path: string, sha256: string, consistent: boolean): string {
  if (!consistent) return `targets/${path}`;
  const cut = path.lastIndexOf('/') + 1;
  return `targets/${path.slice(0, cut)}${sha256}.${path.slice(cut)}`;
}
