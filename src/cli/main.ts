#!/usr/bin/env node
import { run } from './run.js';

// a reader that has gone (`… | head`) ends the command quietly
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const code = await run(process.argv.slice(2));
if (code !== 0) process.exitCode = code; // a command may have set one of its own
