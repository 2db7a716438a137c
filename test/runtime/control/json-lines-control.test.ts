import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import test from 'ava';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import { startJsonLinesControl } from '../../../src/runtime/control/json-lines-control.js';

/** A control that accepts everything and keeps it, with its two pipes. */
function setup() {
  const control = new MemoryControl();
  const input = new PassThrough();
  const output = new PassThrough({ encoding: 'utf8' });
  return {
    commands: control.commands,
    input,
    output,
    running: startJsonLinesControl({ input, output, control }),
  };
}

test('every line is executed and answered, a bad one with a reason', async (t) => {
  const { commands, input, output } = setup();
  input.end('{"command":"status","id":1}\n\nnonsense\n{"command":"stop","id":2}');
  let text = '';
  while (text.split('\n').length < 4) {
    await once(output, 'readable');
    text += (output.read() as string | null) ?? '';
  }
  const answers = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id?: number; accepted: boolean; reason?: string });
  t.is(answers.find(({ id }) => id === 1)?.accepted, true);
  t.is(answers.find(({ id }) => id === 2)?.accepted, true);
  t.regex(answers.find(({ accepted }) => !accepted)?.reason ?? '', /"nonsense"/);
  t.deepEqual(
    commands.map(({ command, origin }) => `${origin.kind} ${command.kind}`),
    ['stdin stop'],
  );
});

test('disposed, it reads no more', async (t) => {
  const { commands, input, running } = setup();
  running[Symbol.dispose]();
  running[Symbol.dispose]();
  input.write('{"command":"stop"}\n');
  await new Promise(setImmediate);
  t.is(commands.length, 0);
  t.true(input.isPaused());
});
