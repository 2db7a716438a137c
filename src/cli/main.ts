#!/usr/bin/env node
import { run } from './run.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // a reader that has gone (`… | head`) ends the command quietly
  process.stderr.write(`error: standard output: ${error.message}\n`);
  process.exit(1);
});

const code = await run(process.argv.slice(2));
if (code !== 0) process.exitCode = code; // a command may have set one of its own
