import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** The models beside the one that was started with, by their folders' names: what the command `model` takes. */
export async function modelNames(modelDir: string): Promise<readonly string[]> {
  const models = dirname(resolve(modelDir));
  const names = await readdir(models).catch(() => []);
  return names.filter((name) => existsSync(join(models, name, 'contract.json'))).sort();
}
