// Runs AVA, shows its output as it comes, and ends with `N passed, N failed`, whatever happened before.
import { spawn } from 'node:child_process';

const ava = spawn('npx', ['ava', '--tap', ...process.argv.slice(2)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const counts = { passed: 0, failed: 0, skipped: 0 };
let rest = '';
let inFailure = false;
ava.stdout.setEncoding('utf8');
ava.stdout.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) report(line);
});
ava.on('close', (code) => {
  if (rest) report(rest);
  if (code !== 0 && counts.failed === 0) counts.failed = 1; // AVA itself failed: never a silent success
  if (counts.passed === 0 && counts.failed === 0) counts.failed = 1; // nothing ran
  console.log(`${counts.skipped} skipped`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
});

function report(line) {
  const test = /^(not ok|ok) \d+ - (.*?)(# (SKIP|TODO).*)?$/.exec(line);
  if (!test) {
    if (inFailure || line.startsWith('    # ') || line.startsWith('#')) console.log(line);
    return;
  }
  const [, verdict, title, directive] = test;
  inFailure = verdict === 'not ok' && !directive;
  if (directive) counts.skipped += 1;
  else if (verdict === 'ok') counts.passed += 1;
  else counts.failed += 1;
  console.log(
    `${directive ? '-' : verdict === 'ok' ? '✔' : '✘'} ${title}${directive ? ` ${directive}` : ''}`,
  );
}
