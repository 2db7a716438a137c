import test from 'ava';
import { tagalong } from '../../support/command-line.js';

test('the demonstration tells its story to the end, with real agents', async (t) => {
  t.timeout(400_000);
  const { code, stdout, stderr } = await tagalong('fleet-demo', '--port', '0', '--max-seconds', '380');
  t.is(code, 0, stderr);
  const told = stdout.trim().split('\n');
  const story = [
    /the fleet is at http:\/\/127\.0\.0\.1:\d+/,
    /model "one" is published for all/,
    /both devices fetched it, proved it, and run it/,
    /model "two" is on the canary alone, and well/,
    /both run "two"/,
    /"bad" went to the canary, failed at work, and was rolled back by the device itself/,
    /"bad" is withdrawn/,
  ];
  t.is(told.length, story.length, stdout);
  for (const [index, line] of story.entries()) t.regex(told[index]!, line);
});

test('a demonstration that takes longer than it may says so', async (t) => {
  const { code, stderr } = await tagalong('fleet-demo', '--port', '0', '--max-seconds', '0.5');
  t.is(code, 2);
  t.regex(stderr, /--max-seconds "0\.5": the story was not over by then/);
});
