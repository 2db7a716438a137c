import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { passphrases } from '../../../src/cli/fleet/passphrase.js';
import { publisherOf, smallBundle, temporaryFolder, toAll } from '../../fleet/support/test-fleet.js';
import { publish } from '../../../src/fleet/repository/publish.js';
import { tagalong } from '../../support/command-line.js';
import { needing } from '../../support/tools.js';

/** util-linux's: gives a command a terminal of its own, as a person has one. */
const withTerminal = needing(test, 'script', 'bsdutils');

const main = resolve('dist/src/cli/main.js');

/** Runs `tagalong` on a terminal, where somebody types the next answer whenever a question has come. */
async function onTerminal(args: readonly string[], answers: readonly string[]) {
  const command = [process.execPath, main, ...args].join(' ');
  const environment = { ...process.env, NO_COLOR: '1' };
  Reflect.deleteProperty(environment, 'TAGALONG_FLEET_PASSPHRASE');
  Reflect.deleteProperty(environment, 'TAGALONG_FLEET_ROOT_PASSPHRASE');
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: environment });
  let shown = '';
  let [answered, questions] = [0, 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    questions = shown.match(/(Passphrase of the \w+ keys|Once more): /g)?.length ?? 0;
    while (answered < Math.min(questions, answers.length)) child.stdin.write(`${answers[answered++]!}\r`);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, shown, questions };
}

withTerminal(
  'whoever makes a fleet types both passphrases twice, unseen, and publishes with the first',
  async (t) => {
    const dir = join(await temporaryFolder(t), 'fleet');
    const answers = ['correct horse', 'correct horse', 'battery staple', 'battery staple'];
    const { code, shown, questions } = await onTerminal(['fleet', 'init', dir], answers);
    t.is(code, 0, shown);
    t.is(questions, 4);
    t.notRegex(shown, /correct|horse|battery|staple/);
    const fleet = publisherOf(dir);
    t.like(await publish(fleet, await smallBundle('one'), toAll), { model: 'nano-int8' });
    await t.throwsAsync(fleet.rootKeys.open('root-1', await fleet.rootKeys.has('root-1')), {
      message: /wrong passphrase/,
    });
  },
);

withTerminal('two that differ make no fleet, and one too short neither', async (t) => {
  for (const [answers, message] of [
    [['correct horse', 'correct house'], /the two are not the same/],
    [['short', 'short'], /must have 8 characters or more/],
    [['\u0004'], /none was typed/],
  ] as const) {
    const dir = join(await temporaryFolder(t), 'fleet');
    const { code, shown } = await onTerminal(['fleet', 'init', dir], answers);
    t.is(code, 2, shown);
    t.regex(shown, message);
    await t.throwsAsync(readdir(dir), { code: 'ENOENT' });
  }
});

test('without a terminal, a passphrase comes from a file or the environment, or the command says what it lacks', async (t) => {
  const dir = join(await temporaryFolder(t), 'fleet');
  const { code, stderr } = await tagalong('fleet', 'init', dir);
  t.is(code, 2);
  t.regex(stderr, /nobody is there to type it; give --passphrase-file, or TAGALONG_FLEET_PASSPHRASE/);
});

async function fileWith(t: ExecutionContext, text: string): Promise<string> {
  const path = join(await temporaryFolder(t), 'passphrase');
  await writeFile(path, text);
  return path;
}

test('the first line of a file is the passphrase, asked for once for each kind of key', async (t) => {
  const ask = passphrases({
    passphraseFile: await fileWith(t, 'of the online keys\r\nand more\n'),
    rootPassphraseFile: await fileWith(t, 'of the root keys'),
  });
  t.is(await ask('targets'), 'of the online keys');
  t.is(await ask('snapshot'), 'of the online keys');
  t.is(await ask('root-2'), 'of the root keys');
  await t.throwsAsync(passphrases({ passphraseFile: '/no/such/file' })('targets'), {
    name: 'UsageError',
    message: '--passphrase-file "/no/such/file": cannot be read',
  });
});
