import test from 'ava';
import { responseTarget } from '../../../../src/runtime/mqtt/commands/response-target.js';

const own = { prefix: 'tagalong', response: 'tagalong/d1/command/response' };
const target = (responseTopic: string | null, correlationData: Buffer | null = null) =>
  responseTarget({ responseTopic, correlationData }, own);

test('an answer goes where it is wanted, else to the own response topic', (t) => {
  t.deepEqual(target('station/7'), { topic: 'station/7', correlationData: null });
  t.deepEqual(target(null), { topic: own.response, correlationData: null });
  t.deepEqual(target(`${own.response}/7`), { topic: `${own.response}/7`, correlationData: null });
  const correlationData = Buffer.from('x');
  t.deepEqual(target('a', correlationData), { topic: 'a', correlationData });
});

for (const topic of [
  'tagalong/d1/command',
  'tagalong/d1/state',
  'tagalong/d2/command',
  '$SYS/broker',
  'a/+',
  'a/#',
  'a\u0000b',
  '',
  'x'.repeat(300),
]) {
  test(`no answer is sent to ${JSON.stringify(topic.slice(0, 30))}`, (t) => {
    t.true('problem' in target(topic));
  });
}

test('correlation data has an end', (t) => {
  t.true('problem' in target('a', Buffer.alloc(257)));
});
