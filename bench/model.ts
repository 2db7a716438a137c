import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { writeRandomModel } from './random-layers.js';
import { randomNano } from './random-nano.js';

/** The model folder to measure, and where it comes from. */
export interface BenchModel extends AsyncDisposable {
  readonly dir: string;
}

/** `dir`, else models/nano, else random weights of its size in a temporary folder. */
export async function benchModel(dir: string | null): Promise<BenchModel> {
  const keep = { [Symbol.asyncDispose]: () => Promise.resolve() };
  if (dir !== null) return { dir, ...keep };
  const shipped = join(import.meta.dirname, '..', '..', 'models', 'nano');
  const found = await access(join(shipped, 'contract.json')).then(
    () => true,
    () => false,
  );
  if (found) return { dir: shipped, ...keep };
  console.log('models/nano is not there: measuring random weights of its shape');
  return writeRandomModel(randomNano);
}
