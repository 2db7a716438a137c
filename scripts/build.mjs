// `npm run build`, and `npm ci` by way of prepare: tsc, what it does not do itself, and the console's page.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const steps = [
  ['node_modules/typescript/bin/tsc'],
  ['node_modules/typescript/bin/tsc', '--project', 'src/console'],
  ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
];
process.exitCode = 0;
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
  if (status !== 0) break;
}
if (process.exitCode === 0) {
  removeOrphans();
  chmodSync('dist/src/cli/main.js', 0o755); // `npx tagalong` executes it
}

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
