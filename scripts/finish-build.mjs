// After tsc: what it does not do itself.
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

removeOrphans();
// `npx tagalong` runs the compiled entry directly: it needs the executable bit that tsc does not set.
const entry = 'dist/src/cli/main.js';
if (existsSync(entry)) chmodSync(entry, 0o755);

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
