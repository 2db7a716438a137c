import { writeFile } from 'node:fs/promises';
import test from 'ava';
import { decode } from 'cborg';
import { LiveControl } from '../../../src/runtime/live/live-control.js';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import { sinkContract } from '../../contracts/sink.contract.js';
import { idleTrack, lostTrack, trackingTrack } from '../../support/tracks.js';
import { needing } from '../../support/tools.js';
import { openLink } from './support/link.js';
import { Mosquitto, mosquittoProgram, publish } from './support/mosquitto.js';
import { Subscriber } from './support/subscriber.js';
import { until } from './support/until.js';

interface Answer {
  readonly version: number;
  readonly id?: string | number;
  readonly accepted: boolean;
  readonly reason?: string;
}

/** They come in the order in which they become known, which need not be that of the commands. */
const answersById = (answers: readonly Answer[]) => (id: string | number) =>
  answers.find((it) => it.id === id);

const withBroker = needing(test, mosquittoProgram, 'mosquitto mosquitto-clients');
const select = '{"command":"select","point":{"x":5,"y":6},"id":"a"}';

let broker: Mosquitto;
withBroker.before(async () => {
  broker = await Mosquitto.open();
});
withBroker.after.always(async () => {
  await broker[Symbol.asyncDispose]();
});

let contracts = 0;
sinkContract(withBroker, 'mqtt', {
  open: () => openLink({ url: broker.url, device: `contract-${++contracts}` }),
});

for (const version of ['mqttv5', 'mqttv311'] as const) {
  const device = `words-${version}`;
  const top = `tagalong/${device}`;

  withBroker(
    `a ${version} client sees tracks as they come, state and availability kept, health`,
    async (t) => {
      await using early = await Subscriber.open(broker, `${top}/#`, { version });
      const control = new MemoryControl();
      const link = await openLink({ url: broker.url, device }, { control });
      await until(() => early.on(`${top}/availability`).length > 0, 'availability');
      for (const track of [trackingTrack(1), trackingTrack(2), lostTrack(3)]) {
        control.show(track);
        link.publish(track);
      }
      await until(() => early.on(`${top}/health`).length > 0, 'health');
      await until(
        () => early.json<{ target: number }>(`${top}/state`).some((it) => it.target === 1),
        'state',
      );

      const tracks = early.json<Record<string, unknown>>(`${top}/track`);
      t.deepEqual(
        tracks.map(({ sequence, state }) => [sequence, state]),
        [
          [1, 'tracking'],
          [2, 'tracking'],
          [3, 'lost'],
        ],
      );
      t.like(tracks[0], {
        version: 1,
        capturedAtNs: '40000000',
        box: { x: 140, y: 105, width: 40, height: 30 },
        confidence: 0.875,
        velocity: { x: 1.5, y: -0.5 },
        target: 1,
        frame: { width: 320, height: 240 },
      });
      t.true(early.on(`${top}/track`).every(({ qos }) => qos === 0));
      t.true(early.on(`${top}/state`).every(({ qos }) => qos === 1));
      if (version === 'mqttv5') t.is(early.on(`${top}/track`)[0]?.contentType, 'application/json');

      await using late = await Subscriber.open(broker, `${top}/#`, { version });
      await until(() => late.on(`${top}/state`).length > 0, 'the kept state');
      const kept = late.heard
        .filter(({ retained }) => retained)
        .map(({ topic }) => topic.slice(top.length + 1));
      t.deepEqual(kept.sort(), ['availability', 'state']);

      await link.close();
      await until(() => early.text(`${top}/availability`).includes('offline'), 'the goodbye');
      t.deepEqual(early.text(`${top}/availability`), ['online', 'offline']);
    },
  );
}

withBroker('the state is told when it changes, not with every track', async (t) => {
  const top = 'tagalong/changes';
  await using subscriber = await Subscriber.open(broker, `${top}/state`);
  const control = new MemoryControl();
  await using link = await openLink({ url: broker.url, device: 'changes' }, { control });
  const targets = (): number[] => subscriber.json<{ target: number }>(`${top}/state`).map((it) => it.target);
  for (let sequence = 0; sequence < 30; sequence += 1) {
    const track = sequence < 10 ? idleTrack(sequence) : trackingTrack(sequence);
    control.show(track);
    link.publish(track);
    if (sequence === 9) await until(() => targets().length === 1, 'the first state');
  }
  await until(() => targets().at(-1) === 1, 'the second state');
  t.deepEqual(targets(), [0, 1]);
});

withBroker(
  'commands of MQTT 5 are answered where the sender wants it, with its correlation data',
  async (t) => {
    const control = new MemoryControl();
    await using subscriber = await Subscriber.open(broker, 'station/7/answers');
    await using _link = await openLink({ url: broker.url, device: 'asked' }, { control });
    const reply = ['-D', 'publish', 'response-topic', 'station/7/answers'];
    const correlation = ['-D', 'publish', 'correlation-data', 'nr-42'];
    const name = ['-D', 'publish', 'user-property', 'client', 'station-7'];
    const common = [
      '-V',
      'mqttv5',
      '-q',
      '1',
      '-t',
      'tagalong/asked/command',
      ...reply,
      ...correlation,
      ...name,
    ];
    await publish(broker, [...common, '-m', select]);
    await publish(broker, [...common, '-m', '{"command":"jump","id":9}']);
    await until(() => subscriber.heard.length === 2, 'two answers');
    const answerTo = answersById(subscriber.json<Answer>('station/7/answers'));
    t.like(answerTo('a'), { version: 1, id: 'a', accepted: true });
    t.like(answerTo(9), { version: 1, id: 9, accepted: false });
    t.deepEqual(
      subscriber.heard.map(({ correlationData }) => correlationData),
      ['nr-42', 'nr-42'],
    );
    t.deepEqual(control.commands, [
      { command: { kind: 'select', point: { x: 5, y: 6 } }, origin: { kind: 'mqtt', name: 'station-7' } },
    ]);
  },
);

withBroker('commands of MQTT 3.1.1 are answered on command/response', async (t) => {
  const top = 'tagalong/old';
  await using subscriber = await Subscriber.open(broker, `${top}/command/response`, { version: 'mqttv311' });
  await using _link = await openLink({ url: broker.url, device: 'old' });
  await publish(broker, [
    '-V',
    'mqttv311',
    '-t',
    `${top}/command`,
    '-m',
    '{"command":"stop","id":1,"version":1}',
  ]);
  await publish(broker, [
    '-V',
    'mqttv311',
    '-t',
    `${top}/command`,
    '-m',
    '{"command":"stop","id":2,"version":2}',
  ]);
  await until(() => subscriber.heard.length === 2, 'two answers');
  const answerTo = answersById(subscriber.json<Answer>(`${top}/command/response`));
  t.like(answerTo(1), { id: 1, accepted: true });
  t.like(answerTo(2), { id: 2, accepted: false, reason: 'version must be 1' });
});

withBroker('the kept state tells whose command counts', async (t) => {
  const top = 'tagalong/whose';
  await using subscriber = await Subscriber.open(broker, `${top}/state`);
  await using _link = await openLink({ url: broker.url, device: 'whose' });
  await publish(broker, ['-t', `${top}/command`, '-m', '{"command":"stop"}']);
  const commands = (): unknown[] =>
    subscriber.json<{ lastCommand: unknown }>(`${top}/state`).map((it) => it.lastCommand);
  await until(() => commands().some(Boolean), 'the last command');
  t.like(commands().at(-1), { command: 'stop', origin: 'mqtt' });
});

withBroker('a retained command is refused, whether it lay there or comes', async (t) => {
  const top = 'tagalong/kept';
  const control = new MemoryControl();
  await publish(broker, [
    '-r',
    '-q',
    '1',
    '-t',
    `${top}/command`,
    '-m',
    '{"command":"stop","id":"lay there"}',
  ]);
  await using subscriber = await Subscriber.open(broker, `${top}/command/response`);
  await using link = await openLink({ url: broker.url, device: 'kept' }, { control });
  await until(() => subscriber.heard.length === 1, 'the first refusal');
  await publish(broker, ['-r', '-q', '1', '-t', `${top}/command`, '-m', '{"command":"stop","id":"comes"}']);
  await until(() => subscriber.heard.length === 2, 'the second refusal');
  await publish(broker, ['-r', '-n', '-q', '1', '-t', `${top}/command`]);
  await publish(broker, ['-q', '1', '-t', `${top}/command`, '-m', '{"command":"stop"}']);
  await until(() => subscriber.heard.length === 3, 'the answer to a good one');
  const answers = subscriber.json<Answer>(`${top}/command/response`);
  t.deepEqual(
    answers.map(({ accepted }) => accepted),
    [false, false, true],
  );
  t.regex(answers[0]?.reason ?? '', /retain/);
  t.is(control.commands.length, 1);
  t.is(link.status().commands.refused.retained, 2);
  t.is(link.status().commands.refused.malformed, 0, 'clearing the kept one is no command');
});

withBroker('a command that expires before a frame comes is refused and never carried out', async (t) => {
  const top = 'tagalong/late';
  const control = new LiveControl(); // no loop takes what waits
  await using subscriber = await Subscriber.open(broker, `${top}/command/response`);
  await using _link = await openLink({ url: broker.url, device: 'late' }, { control });
  const expiry = ['-V', 'mqttv5', '-D', 'publish', 'message-expiry-interval', '1'];
  await publish(broker, [...expiry, '-q', '1', '-t', `${top}/command`, '-m', select]);
  await until(() => subscriber.heard.length === 1, 'the refusal');
  t.like(subscriber.json<Answer>(`${top}/command/response`)[0], {
    id: 'a',
    accepted: false,
    reason: 'expired before it could be carried out',
  });
  t.deepEqual(control.take(), []);
});

withBroker('the last state of all is kept beside offline', async (t) => {
  const top = 'tagalong/ended';
  const control = new LiveControl();
  const link = await openLink({ url: broker.url, device: 'ended' }, { control });
  control.end();
  await link.close();
  await using subscriber = await Subscriber.open(broker, `${top}/#`);
  await until(() => subscriber.heard.length === 2, 'the kept');
  t.is(subscriber.json<{ state: string }>(`${top}/state`)[0]?.state, 'ended');
  t.deepEqual(subscriber.text(`${top}/availability`), ['offline']);
});

withBroker('without an expiry of its own a command has that of the options', async (t) => {
  const top = 'tagalong/patience';
  const control = new LiveControl();
  await using subscriber = await Subscriber.open(broker, `${top}/command/response`);
  const commands = { expirySeconds: 0.2 };
  await using _link = await openLink({ url: broker.url, device: 'patience', commands }, { control });
  await publish(broker, ['-q', '1', '-t', `${top}/command`, '-m', select]);
  await until(() => subscriber.heard.length === 1, 'the refusal');
  t.regex(subscriber.json<Answer>(`${top}/command/response`)[0]?.reason ?? '', /expired/);
});

withBroker('two devices on one broker hear and say only what is theirs', async (t) => {
  const controls = { left: new MemoryControl(), right: new MemoryControl() };
  await using subscriber = await Subscriber.open(broker, 'pair/+/track');
  await using left = await openLink(
    { url: broker.url, prefix: 'pair', device: 'left' },
    { control: controls.left },
  );
  await using right = await openLink(
    { url: broker.url, prefix: 'pair', device: 'right' },
    { control: controls.right },
  );
  await publish(broker, ['-q', '1', '-t', 'pair/right/command', '-m', '{"command":"stop"}']);
  await until(() => controls.right.commands.length === 1, 'the command');
  left.publish(trackingTrack(1));
  right.publish(trackingTrack(2));
  await until(() => subscriber.heard.length === 2, 'two tracks');
  const sequences = (topic: string): number[] =>
    subscriber.json<{ sequence: number }>(topic).map((it) => it.sequence);
  t.deepEqual(sequences('pair/left/track'), [1]);
  t.deepEqual(sequences('pair/right/track'), [2]);
  t.deepEqual(controls.left.commands, []);
});

withBroker('encoding: cbor writes CBOR, says so, and reads both', async (t) => {
  const top = 'tagalong/binary';
  const control = new MemoryControl();
  await using subscriber = await Subscriber.open(broker, `${top}/#`);
  await using link = await openLink({ url: broker.url, device: 'binary', encoding: 'cbor' }, { control });
  link.publish(trackingTrack(7));
  await publish(broker, ['-q', '1', '-t', `${top}/command`, '-m', '{"command":"stop","id":1}']);
  // {"command": "stop", "id": 2}, written by hand after RFC 8949
  const bytes = Buffer.from('a267636f6d6d616e646473746f7062696402', 'hex');
  await writeFile(`${broker.folder}/stop.cbor`, bytes);
  await publish(broker, ['-q', '1', '-t', `${top}/command`, '-f', `${broker.folder}/stop.cbor`]);
  await until(() => subscriber.on(`${top}/command/response`).length === 2, 'two answers');
  await until(() => subscriber.on(`${top}/health`).length > 0, 'health');
  const answers = subscriber.on(`${top}/command/response`);
  const inJson = answers.find(({ payload }) => payload.toString().startsWith('{'));
  const inCbor = answers.find((it) => it !== inJson);
  t.is(inJson?.contentType, 'application/json', 'an answer is written as the command was');
  t.is(inCbor?.contentType, 'application/cbor');
  t.like(decode(inCbor!.payload), { version: 1, id: 2, accepted: true });
  t.like(decode(subscriber.on(`${top}/track`)[0]!.payload), {
    version: 1,
    sequence: 7,
    box: { x: 140, y: 105, width: 40, height: 30 },
  });
  t.is(subscriber.on(`${top}/state`)[0]?.contentType, 'application/cbor');
  t.is(control.commands.length, 2);
});

withBroker('Home Assistant finds a state, a confidence and a stop button that works', async (t) => {
  const control = new MemoryControl();
  const homeAssistant = { enabled: true, prefix: 'ha-test' };
  await using _link = await openLink({ url: broker.url, device: 'house.1', homeAssistant }, { control });
  await using subscriber = await Subscriber.open(broker, 'ha-test/#');
  await until(() => subscriber.heard.length === 3, 'three entities');
  t.true(subscriber.heard.every(({ retained }) => retained));
  const configs = Object.fromEntries(
    subscriber.heard.map(({ topic, payload }) => [
      topic,
      JSON.parse(payload.toString()) as Record<string, unknown>,
    ]),
  );
  t.deepEqual(Object.keys(configs).sort(), [
    'ha-test/button/tagalong-house_1/stop/config',
    'ha-test/sensor/tagalong-house_1/confidence/config',
    'ha-test/sensor/tagalong-house_1/state/config',
  ]);
  for (const config of Object.values(configs)) {
    t.is(config['availability_topic'], 'tagalong/house.1/availability');
    t.deepEqual((config['device'] as Record<string, unknown>)['identifiers'], ['tagalong-house_1']);
  }
  const button = configs['ha-test/button/tagalong-house_1/stop/config']!;
  await publish(broker, [
    '-q',
    '1',
    '-t',
    String(button['command_topic']),
    '-m',
    String(button['payload_press']),
  ]);
  await until(() => control.commands.length === 1, 'the stop');
  t.is(control.commands[0]?.command.kind, 'stop');
});
