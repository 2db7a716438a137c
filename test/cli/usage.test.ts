import test from 'ava';
import { run } from '../../src/cli/run.js';
import { tagalong } from '../support/command-line.js';

const refused = test.macro({
  exec: async (t, line: string, message: RegExp) => {
    let stderr = '';
    const code = await run(line.split(' '), { write: (text) => (stderr += text) });
    t.regex(stderr, message);
    t.is(code, 2);
    const errors = stderr.split('\n').filter((text) => text.startsWith('error: '));
    t.is(errors.length, 1, stderr);
  },
  title: (_, line: string) => `tagalong ${line} is a usage error, exit code 2`,
});

test(refused, 'fly', /unknown command 'fly'/);
test(refused, 'track', /missing required argument 'source'/);
test(refused, 'track a.mp4 --boxx 1,2,3,4', /unknown option '--boxx'/);
test(refused, 'track a.mp4 b.mp4 --box 1,2,3,4', /too many arguments/);
test(refused, 'track a.mp4', /error: --box: say what to follow in "a.mp4"/);
test(refused, 'track a.mp4 --box 1,2,3', /error: --box "1,2,3": must be four numbers/);
test(refused, 'track a.mp4 --box 1,2,0,4', /error: --box "1,2,0,4": width and height must be positive/);
test(refused, 'track a.mp4 --box 1,2,NaN,4', /error: --box "1,2,NaN,4"/);
test(refused, 'track smb://host/a --box 1,2,3,4', /unknown scheme "smb"/);
test(refused, 'start --max-frames 0', /error: --max-frames "0": must be a whole number, 1 or more/);
test(refused, 'start --start-frame -1', /error: --start-frame "-1"/);
test(refused, 'start --fps fast', /error: --fps "fast"/);
test(refused, 'start --size 640', /--size: "640" is not a size/);
test(refused, 'start --control telepathy', /error: --control "telepathy"/);
test(refused, 'start --providers cpu,gpu', /"gpu" is not one of tensorrt, cuda, cpu/);
test(refused, 'start --set windowInfluence', /error: --set "windowInfluence"/);
test(refused, 'start --set colour=1', /tracker parameter colour: unknown; known are windowInfluence/);
test(refused, 'start --set windowInfluence=7', /tracker parameter windowInfluence: 7/);
test(refused, 'start --preset wild', /error: option '--preset <name>' argument 'wild' is invalid/);
test(refused, 'start --model nowhere', /error: model folder "nowhere" does not exist/);
test(refused, 'start --out result.txt', /error: --out "result.txt": must end in .jsonl or .csv/);
test(refused, 'start --out nowhere/result.csv', /error: --out "nowhere\/result.csv"/);
test(refused, 'start sim://?speed=1', /unknown option "speed"/);

test('--version and --help exit with 0', async (t) => {
  const version = await tagalong('--version');
  t.is(version.code, 0);
  t.regex(version.stdout, /^\d+\.\d+\.\d+\n$/);
  const help = await tagalong('--help');
  t.is(help.code, 0);
  for (const command of ['start', 'track', 'train', 'evaluate'])
    t.regex(help.stdout, new RegExp(`\\b${command}\\b`));
});

test('the process itself exits with 2 on a usage error', async (t) => {
  const { code, stdout, stderr } = await tagalong('track', 'a.mp4', '--box', '1,2,3');
  t.is(code, 2);
  t.is(stdout, '');
  t.is(stderr, 'error: --box "1,2,3": must be four numbers x,y,width,height\n');
});
