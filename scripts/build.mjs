// `npm run build`, and `npm ci` by way of prepare: tsc, and what it does not do itself.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: 'inherit' });
if (status === 0) {
  removeOrphans();
  chmodSync('dist/src/cli/main.js', 0o755); // `npx tagalong` executes it
}
process.exitCode = status ?? 1;

/** A deleted or renamed source leaves its compiled files behind; old tests would go on running. */
function removeOrphans() {
  for (const top of ['src', 'test', 'bench']) {
    const folder = join('dist', top);
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const stem = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(file)?.[1];
      if (stem !== undefined && !existsSync(join(top, `${stem}.ts`))) rmSync(join(folder, file));
    }
  }
}
