import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { FleetError, UsageError } from '../../core/errors.js';
import type { ModelContract } from '../../core/model/contract.js';
import { bundleFiles, parseProvenance } from '../../fleet/bundle/contents.js';
import type { Provenance } from '../../fleet/bundle/provenance.js';
import { readModelFolder } from '../../runtime/inference/model-folder.js';
import { packageRoot, readPackage } from '../package-root.js';
import { renderGolden } from './render-golden.js';

export interface BundleOptions {
  /** Manifest of the data it was trained on. */
  readonly dataManifest?: string | undefined;
  readonly licence?: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * All files of a model's bundle: the folder's own, and what it lacks of licence, provenance and golden clip. Nothing is
 * made up: a card has to be there. A folder in it with a contract of its own is another model, such as the form for an accelerator, and stays behind.
 * @throws UsageError, ModelError, FleetError
 */
export async function modelBundle(
  dir: string,
  { dataManifest, licence, signal }: BundleOptions = {},
): Promise<Map<string, Uint8Array>> {
  const { contract } = await readModelFolder(dir, signal);
  const files = await readFolder(dir);
  if (!files.has(bundleFiles.card)) {
    throw new FleetError(`model "${dir}": has no ${bundleFiles.card}; say what it is before it goes out`);
  }
  const own = files.get(bundleFiles.licence);
  if (licence !== undefined) files.set(bundleFiles.licence, await readGiven('--licence', licence));
  else if (!own) files.set(bundleFiles.licence, await packageLicence(dir));
  const provenance = files.get(bundleFiles.provenance);
  if (provenance) parseProvenance(new TextDecoder().decode(provenance), join(dir, bundleFiles.provenance));
  else {
    const data = await dataOf(dir, files.get(bundleFiles.card));
    files.set(bundleFiles.provenance, json(await provenanceOf(dir, contract, data, dataManifest)));
  }
  if (provenance && dataManifest !== undefined) {
    throw new UsageError(`--data-manifest "${dataManifest}": ${dir} has a provenance.json, which says it`);
  }
  files.set(bundleFiles.golden, json(await renderGolden(dir, signal)));
  return files;
}

async function readFolder(dir: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  const others = found
    .filter(({ name, parentPath }) => name === bundleFiles.contract && resolve(parentPath) !== resolve(dir))
    .map(({ parentPath }) => `${resolve(parentPath)}/`);
  for (const entry of found) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const path = resolve(entry.parentPath, entry.name);
    if (others.some((other) => path.startsWith(other))) continue;
    files.set(path.slice(resolve(dir).length + 1), await readFile(path));
  }
  return files;
}

/** Models that come with tagalong have its licence; others have to bring their own. */
async function packageLicence(dir: string): Promise<Uint8Array> {
  if (resolve(dir).startsWith(join(packageRoot, 'models') + '/')) {
    return readFile(join(packageRoot, 'LICENSE'));
  }
  throw new FleetError(`model "${dir}": has no LICENSE; put one there, or name it with --licence`);
}

async function provenanceOf(
  dir: string,
  { name, training }: ModelContract,
  data: string | null,
  dataManifest: string | undefined,
): Promise<Provenance> {
  const manifest = dataManifest === undefined ? null : await readGiven('--data-manifest', dataManifest);
  return {
    format: 'tagalong-provenance/1',
    model: name,
    dataManifest: manifest && {
      file: basename(dataManifest!),
      sha256: createHash('sha256').update(manifest).digest('hex'),
    },
    data,
    commit: await commitOf(dir),
    seed: training.seed,
    method: training.method,
    engine: training.engine,
    finished: training.finished,
    packedBy: (await readPackage()).version,
  };
}

/** What the card says of the data, or that of the model which this one was quantized from; null when neither does. */
async function dataOf(dir: string, card: Uint8Array | undefined): Promise<string | null> {
  const own = rowOfData(card);
  if (own !== null) return own;
  // quantization.json lies in the folder for the CPU, which has the form for accelerators in it
  for (const home of [dir, join(dir, '..')]) {
    const report = await readFile(join(home, 'quantization.json'), 'utf8').catch(() => null);
    if (report === null) continue;
    const { model } = JSON.parse(report) as { readonly model?: unknown };
    if (typeof model !== 'string' || basename(model) !== model) return null;
    const data = rowOfData(await readFile(join(home, '..', model, bundleFiles.card)).catch(() => undefined));
    return data && `${data} (card of ${model})`;
  }
  return null;
}

/** The row that training writes into a card. */
function rowOfData(card: Uint8Array | undefined): string | null {
  return /^\| unlabelled data \| (.{1,400}?) \|$/m.exec(new TextDecoder().decode(card))?.[1] ?? null;
}

/** The last commit that touched the folder; null outside of git, or when it was changed since. */
async function commitOf(dir: string): Promise<string | null> {
  const git = promisify(execFile);
  try {
    const { stdout: changed } = await git('git', ['-C', dir, 'status', '--porcelain', '--', '.']);
    if (changed !== '') return null;
    const { stdout } = await git('git', ['-C', dir, 'log', '-1', '--format=%H', '--', '.']);
    return /^[0-9a-f]{40,64}$/.exec(stdout.trim())?.[0] ?? null;
  } catch {
    return null;
  }
}

async function readGiven(option: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new UsageError(`${option} "${path}": cannot be read`, { cause });
  }
}

function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
