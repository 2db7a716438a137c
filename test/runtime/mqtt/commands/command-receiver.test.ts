import test from 'ava';
import { MemoryControl } from '../../../../src/core/ports/memory/memory-control.js';
import type { CommandAnswer } from '../../../../src/core/ports/control.js';
import { topicsOf } from '../../../../src/runtime/mqtt/channels.js';
import { CommandReceiver } from '../../../../src/runtime/mqtt/commands/command-receiver.js';
import type { IncomingCommand } from '../../../../src/runtime/mqtt/commands/incoming-command.js';
import type { Publication } from '../../../../src/runtime/mqtt/connection/publication.js';
import { createCodec } from '../../../../src/runtime/mqtt/messages/codec.js';
import { responseMessageSchema } from '../../../../src/runtime/mqtt/messages/schemas.js';
import { mqttOptionsSchema, type MqttSettings } from '../../../../src/runtime/mqtt/options.js';

function setup(control = new MemoryControl(), commands: MqttSettings['commands'] = {}) {
  const options = mqttOptionsSchema.parse({ url: 'mqtt://b', device: 'd1', commands });
  const answers: Publication[] = [];
  const receiver = new CommandReceiver({
    options,
    control,
    topics: topicsOf(options),
    codec: createCodec('json'),
    answer: (publication) => answers.push(publication),
  });
  const reasons = (): string[] =>
    answers.map(({ payload }) => {
      const answer = responseMessageSchema.parse(JSON.parse(String(payload)));
      return answer.accepted ? 'accepted' : answer.reason;
    });
  return { control, receiver, answers, reasons };
}

function incoming(text: string, overrides: Partial<IncomingCommand> = {}): IncomingCommand {
  return {
    payload: Buffer.from(text),
    retained: false,
    expirySeconds: null,
    responseTopic: null,
    correlationData: null,
    origin: { kind: 'mqtt' },
    ...overrides,
  };
}

const stop = '{"command":"stop"}';

test('an expired command is refused', async (t) => {
  const { control, receiver, reasons } = setup();
  await receiver.receive(incoming(stop, { expirySeconds: 0 }));
  t.deepEqual(reasons(), ['the command has expired']);
  t.is(receiver.counts.refused.expired, 1);
  t.deepEqual(control.commands, []);
});

test('a command whose answer may not be sent where it wants is refused, on the own topic', async (t) => {
  const { control, receiver, answers } = setup();
  await receiver.receive(incoming(stop, { responseTopic: 'tagalong/d1/command' }));
  t.is(receiver.counts.refused.responseTopic, 1);
  t.is(answers[0]?.topic, 'tagalong/d1/command/response');
  t.deepEqual(control.commands, []);
});

test('above the rate commands are counted, and answered once', async (t) => {
  const { control, receiver, reasons } = setup(undefined, { ratePerSecond: 0.001, burst: 2 });
  for (let index = 0; index < 50; index += 1) await receiver.receive(incoming(stop));
  t.is(control.commands.length, 2);
  t.is(receiver.counts.refused.rate, 48);
  t.deepEqual(reasons(), ['accepted', 'accepted', 'more than 0.001 commands a second']);
});

test('while many wait for the loop, more are refused', async (t) => {
  const waiting: ((answer: CommandAnswer) => void)[] = [];
  const control = new MemoryControl({ answer: () => new Promise((resolve) => waiting.push(resolve)) });
  const { receiver, reasons } = setup(control, { burst: 100 });
  const all = Array.from({ length: 40 }, () => receiver.receive(incoming(stop)));
  await new Promise(setImmediate);
  t.is(receiver.counts.refused.busy, 8);
  for (const answer of waiting) answer({ accepted: true, track: null });
  await Promise.all(all);
  t.is(receiver.counts.accepted, 32);
  t.is(reasons().length, 40);
});

test('what the control port refuses is counted apart', async (t) => {
  const control = new MemoryControl({ answer: () => ({ accepted: false, reason: 'outside the frame' }) });
  const { receiver, reasons } = setup(control);
  await receiver.receive(incoming(stop));
  t.deepEqual(reasons(), ['outside the frame']);
  t.is(receiver.counts.refused.byControl, 1);
});

test('the status is answered whole', async (t) => {
  const { receiver, answers } = setup();
  await receiver.receive(incoming('{"command":"status","id":1}'));
  const answer = responseMessageSchema.parse(JSON.parse(String(answers[0]?.payload)));
  t.true(answer.accepted && answer.status !== undefined);
});
