// `npx tagalong` runs the compiled entry directly: it needs the executable bit that tsc does not set.
import { chmodSync, existsSync } from 'node:fs';

const entry = 'dist/src/cli/main.js';
if (existsSync(entry)) chmodSync(entry, 0o755);
