import { z } from 'zod';
import { FleetError } from '../../../core/errors.js';
import { readWhole, writeDurably } from '../disk/durable.js';
import type { FileSystem } from '../disk/file-system.js';

/** The four roles, each as the repository signed it, byte by byte. */
export const roles = ['root', 'timestamp', 'snapshot', 'targets'] as const;
export type Role = (typeof roles)[number];

const trustSchema = z.strictObject({
  format: z.literal('tagalong-trust/1'),
  /** Base64. */
  metadata: z.partialRecord(z.enum(roles), z.string()),
  /** The latest moment that anything signed and accepted here has named, ms since 1970: it is not earlier than that now. */
  notBeforeMs: z.number().nonnegative(),
});

export interface Trust {
  readonly metadata: Readonly<Partial<Record<Role, Buffer>>> & { readonly root: Buffer };
  readonly notBeforeMs: number;
}

/**
 * What the device trusts, in one file of the agent's own: written as a whole, so that a power cut can neither tear it nor let a
 * repository turn back to what it was earlier.
 */
export class TrustFile {
  readonly #disk: FileSystem;
  readonly #folder: string;

  constructor(disk: FileSystem, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  /**
   * @param firstRoot the root the device was given by hand; it counts until there is something newer.
   * @throws FleetError when the file is there but damaged: then nothing may be trusted before a person has looked.
   */
  async read(firstRoot: Buffer): Promise<Trust> {
    const bytes = await readWhole(this.#disk, `${this.#folder}/${fileName}`);
    if (!bytes) return { metadata: { root: firstRoot }, notBeforeMs: 0 };
    const { metadata, notBeforeMs } = parse(bytes, `${this.#folder}/${fileName}`);
    const decoded = Object.entries(metadata).map(
      ([role, text]) => [role, Buffer.from(text, 'base64')] as const,
    );
    const kept = Object.fromEntries(decoded) as Partial<Record<Role, Buffer>>;
    return { metadata: { root: firstRoot, ...kept }, notBeforeMs };
  }

  /** Resolves when it would survive a power cut. */
  async write({ metadata, notBeforeMs }: Trust): Promise<void> {
    const encoded = Object.entries(metadata).map(([role, bytes]) => [role, bytes.toString('base64')]);
    const text = JSON.stringify({
      format: 'tagalong-trust/1',
      metadata: Object.fromEntries(encoded) as unknown,
      notBeforeMs,
    });
    await writeDurably(this.#disk, this.#folder, fileName, new TextEncoder().encode(text));
  }
}

const fileName = 'trust.json';

function parse(bytes: Uint8Array, path: string): z.infer<typeof trustSchema> {
  try {
    return trustSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new FleetError(
      `${path}: damaged; the device trusts no repository until it is enrolled anew (tagalong agent enroll)`,
      { cause },
    );
  }
}
