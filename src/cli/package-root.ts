import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';

/** The folder of package.json, seen from dist/src/cli. */
export const packageRoot = resolve(import.meta.dirname, '../../..');

/** The model that is used when none is named. */
export const defaultModel = resolve(packageRoot, 'models/nano');

/** Where vite puts the console's page: see scripts/build.mjs. */
export const consolePageDir = resolve(packageRoot, 'dist/console');

const packageSchema = z.object({
  description: z.string(),
  version: z.string(),
  /** Written by pack:device: what a device install goes without. */
  tagalong: z.object({ withoutCommands: z.array(z.string()) }).optional(),
});

export async function readPackage(): Promise<z.infer<typeof packageSchema>> {
  return packageSchema.parse(JSON.parse(await readFile(resolve(packageRoot, 'package.json'), 'utf8')));
}
