import test from 'ava';
import fc from 'fast-check';
import { z } from 'zod';
import { checkCommand } from '../../../src/core/ports/control.js';
import { commandMessageSchema, readCommandMessage } from '../../../src/core/ports/command-message.js';
import { parseCommandMessage } from '../../../src/runtime/control/command-message.js';

const problemOf = (text: string): string => {
  const read = parseCommandMessage(text);
  return 'problem' in read ? read.problem : '';
};

test('every command is understood', (t) => {
  const box = { x: 10, y: 20, width: 30, height: 40 };
  t.deepEqual(parseCommandMessage(JSON.stringify({ command: 'select', box, sequence: 7, id: 'a' })), {
    id: 'a',
    command: { kind: 'select', box: { cx: 25, cy: 40, width: 30, height: 40 }, sequence: 7 },
  });
  t.deepEqual(
    parseCommandMessage('{"command":"select","point":{"x":1,"y":2},"timeNs":"9007199254740993000"}'),
    {
      id: undefined,
      command: { kind: 'select', point: { x: 1, y: 2 }, timeNs: 9007199254740993000n },
    },
  );
  for (const kind of ['stop', 'pause', 'resume', 'status'] as const) {
    t.deepEqual(parseCommandMessage(JSON.stringify({ command: kind, id: 4 })), { id: 4, command: { kind } });
  }
  t.deepEqual(readCommandMessage({ command: 'model', name: 'nano-2' }), {
    id: undefined,
    command: { kind: 'model', name: 'nano-2' },
  });
});

for (const text of [
  'select',
  '[]',
  'null',
  '{"command":"jump"}',
  '{"command":"select"}',
  '{"command":"select","box":{"x":1,"y":2,"width":3}}',
  '{"command":"select","box":{"x":1,"y":2,"width":3,"height":"4"}}',
  '{"command":"select","box":{"x":1,"y":2,"width":3,"height":1e999}}',
  '{"command":"select","point":{"x":1,"y":2},"box":{"x":1,"y":2,"width":3,"height":4}}',
  '{"command":"select","point":{"x":1,"y":2},"sequence":-1}',
  '{"command":"select","point":{"x":1,"y":2},"timeNs":"soon"}',
  '{"command":"select","point":{"x":1,"y":2},"timeNs":"5","sequence":5}',
  '{"command":"stop","now":true}',
  '{"command":"model"}',
  '{"command":"model","name":"../../etc/passwd"}',
]) {
  test(`${text} is refused, quoted`, (t) => {
    t.true(problemOf(text).startsWith(`command ${JSON.stringify(text)}`.slice(0, 60)));
  });
}

test('a long refused command is quoted in part', (t) => {
  t.true(problemOf('x'.repeat(5000)).length < 200);
});

test('a refusal keeps the id where there is one', (t) => {
  t.is(parseCommandMessage('{"command":"jump","id":7}').id, 7);
  t.is(parseCommandMessage('{"command":"jump","id":{}}').id, undefined);
});

test('whatever a message says, what is read of it is a command of the port', (t) => {
  const message = fc.record(
    {
      command: fc.oneof(fc.constantFrom('select', 'stop', 'pause', 'resume', 'status', 'model'), fc.string()),
      box: fc.oneof(fc.record({ x: fc.double(), y: fc.double(), width: fc.double(), height: fc.double() })),
      point: fc.record({ x: fc.double(), y: fc.double() }),
      sequence: fc.oneof(fc.nat(), fc.double()),
      timeNs: fc.oneof(fc.nat().map(String), fc.string()),
      name: fc.string(),
      id: fc.anything(),
    },
    { requiredKeys: ['command'] },
  );
  const number = fc.oneof(fc.double(), fc.double({ min: -2000, max: 2000, noNaN: true }));
  const selection = fc.record(
    {
      command: fc.constant('select'),
      box: fc.record({ x: number, y: number, width: number, height: number }),
      sequence: fc.nat(),
      timeNs: fc.nat().map(String),
    },
    { requiredKeys: ['command', 'box'] },
  );
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(message, selection, fc.anything()), (value) => {
      const result = readCommandMessage(value);
      if ('problem' in result) return t.not(result.problem, '');
      read += 1;
      t.deepEqual(checkCommand(result.command), result.command);
    }),
    { seed: 3, numRuns: 2000 },
  );
  t.true(read > 0);
});

test('the message has a JSON Schema', (t) => {
  const schema = z.toJSONSchema(commandMessageSchema);
  t.true(JSON.stringify(schema).includes('"resume"'));
});
