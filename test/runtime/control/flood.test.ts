import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import type { Command, CommandAnswer } from '../../../src/core/ports/control.js';
import { IdentityTracker } from '../../../src/core/tracking/identity-tracker.js';
import { startJsonLinesControl } from '../../../src/runtime/control/json-lines-control.js';
import { LiveControl } from '../../../src/runtime/live/live-control.js';
import { runLive } from '../../../src/runtime/live/run-live.js';
import { endlessSource } from '../../support/endless-source.js';

const local = { kind: 'local' } as const;
const flood = 10_000;

const number = fc.oneof(fc.integer({ min: -50, max: 200 }), fc.double());
const box = fc.record({ x: number, y: number, width: number, height: number });
const message = fc.record(
  {
    command: fc.oneof(
      fc.constantFrom('select', 'stop', 'pause', 'resume', 'status', 'model', 'jump'),
      fc.anything(),
    ),
    ...{ box, point: fc.record({ x: number, y: number }), sequence: number, timeNs: fc.string() },
    ...{ name: fc.string(), id: fc.nat(), extra: fc.anything() },
  },
  { requiredKeys: ['command'] },
);
/** From nearly right to noise; one line each. */
const line = fc
  .oneof(message.map(toJson), fc.json(), fc.string(), fc.constant('{"command":"select","box":{"x":'))
  .map((text) => text.replaceAll(/[\r\n\u2028\u2029]/g, ' '))
  .filter((text) => text.trim() !== '');

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_, it: unknown) => (typeof it === 'bigint' ? it.toString() : it));
  } catch {
    return '{';
  }
}

/** A loop over black frames with its control; ended by the disposer. */
async function running() {
  const control = new LiveControl();
  const ending = new AbortController();
  const source = endlessSource();
  const done = runLive({ source, tracker: new IdentityTracker(), control, signal: ending.signal });
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await until(() => control.status().frames > 0);
  return {
    control,
    until,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await done;
    },
  };
}

/** Frames still come, and a good command is still carried out. */
async function isUnharmed({ control, until }: Awaited<ReturnType<typeof running>>): Promise<boolean> {
  const before = control.status().frames;
  await until(() => control.status().frames > before + 5);
  const answer = await control.execute(
    { kind: 'select', box: { cx: 50, cy: 50, width: 20, height: 10 } },
    local,
  );
  await until(() => control.status().state === 'tracking');
  return answer.accepted && control.status().track?.box?.cx === 50;
}

test('ten thousand random lines at once are each answered, and the loop goes on', async (t) => {
  await using loop = await running();
  const input = new PassThrough();
  const output = new PassThrough();
  using stdin = startJsonLinesControl({ input, output, control: loop.control });
  t.truthy(stdin);
  const answers: CommandAnswer[] = [];
  const all = new Promise<void>((resolve) => {
    createInterface({ input: output }).on('line', (text) => {
      answers.push(JSON.parse(text) as CommandAnswer);
      if (answers.length === flood) resolve();
    });
  });
  input.write(`${fc.sample(line, { seed: 7, numRuns: flood }).join('\n')}\n`);
  await all;
  const refused = answers.filter(({ accepted }) => !accepted);
  t.true(refused.length > flood / 2);
  t.true(refused.every((answer) => !answer.accepted && answer.reason.length > 0));
  t.true(await isUnharmed(loop));
});

test('ten thousand random values given to the port itself are each answered, and the loop goes on', async (t) => {
  await using loop = await running();
  const value = fc.oneof(
    fc.anything(),
    fc.record({
      kind: fc.constantFrom('select', 'stop', 'pause', 'resume', 'model', 'jump'),
      box: fc.oneof(fc.record({ cx: number, cy: number, width: number, height: number }), fc.anything()),
    }),
    fc.record({ kind: fc.constant('select'), point: fc.record({ x: number, y: number }) }),
  );
  const values = fc.sample(value, { seed: 11, numRuns: flood }) as Command[];
  const stranger = { kind: 'nobody' as 'local' };
  const answers = await Promise.all(
    values.map((it, index) => loop.control.execute(it, index % 50 === 0 ? stranger : local)),
  );
  t.is(answers.length, flood);
  t.true(answers.every((answer) => answer.accepted || answer.reason.length > 0));
  t.true(await isUnharmed(loop));
});
