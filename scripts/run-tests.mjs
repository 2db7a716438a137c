// `npm test`: build, lint, format, then AVA, whose output is shown as it comes. Ends with `N passed, N failed`, whatever
// happened before. With arguments (test files, AVA options): build and these tests alone.
import { spawn } from 'node:child_process';

const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = []; // told again at the end, which is what one sees of a long log
const args = process.argv.slice(2);
const checks = [
  ['the project builds', ['scripts/build.mjs']],
  ['the lint has nothing to say', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']],
  [
    'every file is formatted',
    ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ],
];
for (const [title, parameters] of args.length > 0 ? checks.slice(0, 1) : checks) {
  const code = await run(parameters);
  count(code === 0 ? 'ok' : 'not ok', title);
}
await runAva();
if (failures.length > 0) console.log(`\nfailed:\n${failures.join('\n')}\n`);
console.log(`${counts.skipped} skipped`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;

async function runAva() {
  const before = counts.passed + counts.failed;
  let inFailure = false;
  const code = await run(['node_modules/ava/entrypoints/cli.mjs', '--tap', ...args], (line) => {
    const test = /^(not ok|ok) \d+ - (.*?)(# (SKIP|TODO).*)?$/.exec(line);
    if (test) {
      const [, verdict, title, directive] = test;
      inFailure = verdict === 'not ok' && !directive;
      count(directive ? 'skip' : verdict, `${title}${directive ?? ''}`);
      if (inFailure) failures.push(`✘ ${title}`);
    } else if (inFailure || (/^( {4})?# /.test(line) && !line.endsWith(' hook'))) {
      console.log(line);
      if (inFailure && failures.length < 400) failures.push(line);
    }
  });
  const ran = counts.passed + counts.failed - before;
  if (code !== 0 && counts.failed === 0) count('not ok', `the test runner (exit ${code})`);
  else if (ran === 0) count('not ok', 'no test ran');
}

function count(verdict, title) {
  if (verdict === 'skip') counts.skipped += 1;
  else if (verdict === 'ok') counts.passed += 1;
  else counts.failed += 1;
  console.log(`${{ ok: '✔', skip: '-' }[verdict] ?? '✘'} ${title}`);
}

/** Runs a script of Node to its end. @param onLine takes its standard output; without it, it is shown. @returns the exit code. */
function run(parameters, onLine) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, {
      stdio: ['ignore', onLine ? 'pipe' : 'inherit', 'inherit'],
    });
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    });
    child.on('error', () => resolve(127));
    child.on('close', (code) => {
      if (rest) onLine(rest);
      resolve(code ?? 1); // ended by a signal
    });
  });
}
