import { z } from 'zod';
import { FleetError } from '../core/errors.js';

/** Release channels: a device on `canary` takes what is for `stable` too. */
export const channels = ['stable', 'canary'] as const;
export type Channel = (typeof channels)[number];

/** As MQTT topics have it: one level, no wildcards. */
export const deviceId = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 letters, digits, "_", "." or "-"');

export const modelName = z
  .string()
  .regex(/^\w[\w.-]{0,63}$/, 'must be 1 to 64 letters, digits, "_", "." or "-"');

/** Short enough that its file name, with the hash before it, fits in an archive. */
export const modelVersion = z
  .string()
  .regex(/^\w[\w.-]{0,27}$/, 'must be 1 to 28 letters, digits, "_", "." or "-"');
export const architectures = ['x64', 'arm64', 'arm'] as const;
const deviceType = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and "-"');

/** `custom` of a target in targets.json: who is to run this bundle. Signed with the rest. */
export const releaseSchema = z.strictObject({
  format: z.literal('tagalong-release/1'),
  model: modelName,
  version: modelVersion,
  /** Counts up over the whole repository: of the releases that concern a device, the highest is the one it runs. */
  release: z.int().positive(),
  channel: z.enum(channels),
  /** Share of the channel's devices that take it; which ones is decided by a hash of their names. Whole, for canonical JSON knows no other numbers. */
  percent: z.int().min(0).max(100),
  /** Only these, whatever their channel; null: all. */
  devices: z.nullable(z.array(deviceId).min(1).max(10_000)),
  /** Only devices of these types; null: all. */
  deviceTypes: z.nullable(z.array(deviceType).min(1).max(64)),
  /** Only these processors; null: all. */
  architectures: z.nullable(z.array(z.enum(architectures)).min(1)),
  /** Of the archive, before compression. */
  unpackedBytes: z.int().positive(),
  /** Oldest version of tagalong that can run it, such as 0.1.0. */
  minimumRuntime: z.string().regex(/^\d+\.\d+\.\d+$/, 'must look like 0.1.0'),
});

export type Release = z.infer<typeof releaseSchema>;

/** Where a bundle lies among the targets. */
export function targetPath({ model, version }: Pick<Release, 'model' | 'version'>): string {
  return `${model}/${version}.tar.br`;
}

/** Reads the `custom` of the target at `path`. @throws FleetError when it is not what this version understands. */
export function parseRelease(path: string, custom: unknown): Release {
  const parsed = releaseSchema.safeParse(custom);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FleetError(`target "${path}": ${['custom', ...issue!.path].join('.')}: ${issue!.message}`, {
      cause: parsed.error,
    });
  }
  if (targetPath(parsed.data) !== path) {
    throw new FleetError(`target "${path}" says of itself that it is "${targetPath(parsed.data)}"`);
  }
  return parsed.data;
}
