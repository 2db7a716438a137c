import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { FleetError } from '../../core/errors.js';
import { checkGraphHash, parseModelContract, type ModelContract } from '../../core/model/contract.js';
import { goldenSchema, type Golden } from './golden.js';
import { provenanceSchema, type Provenance } from './provenance.js';

/** What every bundle holds, besides the graphs that its contract names. Anything else is carried along. */
export const bundleFiles = {
  contract: 'contract.json',
  card: 'card.md',
  licence: 'LICENSE',
  provenance: 'provenance.json',
  golden: 'golden.json',
} as const;

export interface BundleContents {
  readonly contract: ModelContract;
  readonly provenance: Provenance;
  readonly golden: Golden;
}

/**
 * Checks a bundle as a whole: nothing is missing, everything parses, the graphs are the ones the contract speaks of.
 * @throws FleetError or ModelError
 */
export function checkBundle(files: ReadonlyMap<string, Uint8Array>): BundleContents {
  const text = (name: string): string => new TextDecoder().decode(fileOf(files, name));
  for (const name of Object.values(bundleFiles)) fileOf(files, name);
  const contract = parseModelContract(text(bundleFiles.contract), `bundle: ${bundleFiles.contract}`);
  for (const { file, sha256 } of [contract.template, contract.search]) {
    const actual = createHash('sha256').update(fileOf(files, file)).digest('hex');
    checkGraphHash(sha256, actual, `bundle: ${file}`);
  }
  return {
    contract,
    provenance: parseProvenance(text(bundleFiles.provenance)),
    golden: parseGolden(text(bundleFiles.golden)),
  };
}

/** @throws FleetError */
export function parseGolden(text: string, origin = `bundle: ${bundleFiles.golden}`): Golden {
  return parseJson(text, goldenSchema, origin);
}

/** @throws FleetError */
export function parseProvenance(text: string, origin = `bundle: ${bundleFiles.provenance}`): Provenance {
  return parseJson(text, provenanceSchema, origin);
}

function fileOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (!bytes) throw new FleetError(`bundle: ${name} is missing`);
  return bytes;
}

function parseJson<T>(text: string, schema: z.ZodType<T>, origin: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FleetError(`${origin}: not valid JSON`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new FleetError(`${origin}: ${issue!.path.join('.') || 'all of it'}: ${issue!.message}`, {
    cause: parsed.error,
  });
}
