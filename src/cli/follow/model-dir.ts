import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../core/errors.js';

/** Other models stand beside the one that was started with. @throws UsageError when there is none of that name. */
export function siblingModel(modelDir: string): (name: string) => string {
  const models = dirname(resolve(modelDir));
  return (name) => {
    const folder = join(models, name);
    if (existsSync(join(folder, 'contract.json'))) return folder;
    throw new UsageError(`model "${name}": there is no such model in ${models}`);
  };
}
