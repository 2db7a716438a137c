import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import sharp from 'sharp';
import { writeRandomModel, type WrittenModel } from '../../../bench/random-layers.js';
import { randomNano } from '../../../bench/random-nano.js';
import { checkRosNode } from '../../../src/cli/doctor/check-ros-node.js';
import { silentLog } from '../../../src/core/ports/log.js';
import { latched, reliable, sensorData, type RosMessage } from '../../../src/ros/backend.js';
import { DdsBackend } from '../../../src/ros/dds/dds-backend.js';
import { rosEnvironment } from '../../../src/ros/environment.js';
import { loadConfig } from '../../../src/runtime/config/load-config.js';
import type { Finding } from '../../../src/runtime/doctor/finding.js';
import { installedDds, ownDomain } from '../../ros/dds/support/needs.js';
import { until } from '../../runtime/mqtt/support/until.js';
import { startTagalong } from '../../support/command-line.js';
import { buildPreload, RunningService } from '../service/support/running-service.js';

// random weights: what is tested is the house around the network
const test = anyTest as TestFn<{ model: WrittenModel }>;
const folder = mkdtempSync(join(tmpdir(), 'tagalong-ros-'));
const withDds = installedDds() ? test.serial : test.serial.skip;
const hidden = buildPreload('hidden/no-ddsc', folder);

const variables = { ROS_DOMAIN_ID: String(ownDomain()), ROS_LOCALHOST_ONLY: '1' };
const backend = new DdsBackend({ environment: rosEnvironment(variables), graph: 'iron-or-later' });

test.before(async (t) => {
  t.context = { model: await writeRandomModel(randomNano) };
});
test.after.always(async (t) => {
  await t.context.model[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** What cannot be, and what is said of it. */
const wrong: readonly [args: string[], environment: Record<string, string>, said: RegExp][] = [
  [
    ['sim://', '--ros-args', '-p', 'boxes.reliability:=sometimes'],
    {},
    /ros\.boxes\.reliability: .*"reliable"/,
  ],
  [['sim://', '--ros-args', '-p', 'boxes.depth:=0'], {}, /ros\.boxes\.depth: too small/],
  [['sim://', '--ros-args', '-p', 'domainId:=300'], {}, /ros\.domainId: too big: .*232/],
  [['sim://'], { ROS_DOMAIN_ID: '300' }, /ROS_DOMAIN_ID "300": must be a whole number from 0 to 232/],
  [['ros:///camera/image_raw?reliability=often'], {}, /reliability: "often" is neither/],
  [['sim://', '--ros-args', '-r', '__ns:=robot'], {}, /ros\.namespace: must be "\/" or such as "\/robot"/],
  [['sim://', '--ros-args', '-r', 'tracker/bbox'], {}, /-r "tracker\/bbox": must be NAME:=VALUE/],
  [['sim://', '-r', 'a:=b'], {}, /"-r": not understood; ROS's own arguments follow --ros-args/],
  [['sim://', '--ros-args', '--params-file', '/nowhere.yaml'], {}, /--params-file "\/nowhere\.yaml"/],
];

for (const [args, environment, said] of wrong) {
  test.serial(
    `it ends with 2 and says why: ${[...Object.values(environment), ...args].join(' ')}`,
    async (t) => {
      const { child, ended } = startTagalong(['ros', ...args], environment);
      child.stdin.end();
      const { code, stderr } = await ended;
      t.is(code, 2);
      t.regex(stderr, said);
    },
  );
}

(hidden === null ? test.serial.skip : test.serial)('without CycloneDDS the package is named', async (t) => {
  const { model } = t.context;
  const settings = { ...variables, LD_PRELOAD: hidden! };
  const { child, ended } = startTagalong(['ros', 'sim://', '--model', model.dir], settings);
  child.stdin.end();
  const { code, stderr } = await ended;
  t.is(code, 2);
  t.regex(stderr, /CycloneDDS \(libddsc\) is not installed \(Debian: apt-get install libddsc0debian/);
});

withDds("a configuration of CycloneDDS's that it does not understand is named", async (t) => {
  const uri = '<CycloneDDS><Domain><Nonsense/></Domain></CycloneDDS>';
  const args = ['ros', 'sim://', '--model', t.context.model.dir];
  const { child, ended } = startTagalong(args, { ...variables, CYCLONEDDS_URI: uri });
  child.stdin.end();
  const { code, stderr } = await ended;
  t.is(code, 2);
  t.regex(stderr, /Nonsense: unknown element/);
  t.regex(stderr, /error: CYCLONEDDS_URI: CycloneDDS does not understand it/);
});

const size = { width: 320, height: 240 };

/** Publishes 20 pictures a second until the test ends, each with a stamp of its own. @returns the stamps' seconds */
async function film(t: ExecutionContext, encoding: string) {
  const node = await backend.open({ name: 'camera', namespace: '/' }, silentLog);
  const topic = node.advertise('sensor_msgs/msg/Image', '/camera/image_raw', sensorData);
  const data = Uint8Array.from({ length: 3 * size.width * size.height }, (_, i) => (i * 7919) & 255);
  const sent: number[] = [];
  const timer = setInterval(() => {
    const sec = 1000 + sent.length;
    sent.push(sec);
    const header = { stamp: { sec, nanosec: 5 }, frame_id: 'eye' };
    topic.publish({ header, ...size, encoding, is_bigendian: 0, step: 3 * size.width, data });
  }, 50);
  const end = async (): Promise<void> => {
    clearInterval(timer);
    await node.close();
  };
  t.teardown(end);
  return { node, sent, end };
}

withDds('an encoding that is not understood is named, with those that are', async (t) => {
  await film(t, 'bayer_rggb8');
  const args = ['--source', 'ros:///camera/image_raw', '--model', t.context.model.dir];
  const service = new RunningService(t, args, variables);
  const { err } = await service.logged('the source cannot be opened; it is tried again');
  t.regex(err!.message, /encoding "bayer_rggb8" is not understood; known are rgb8, bgr8, mono8/);
  t.is((await service.stop()).code, 0);
});

withDds('the doctor finds the images of a topic, and says when there are none', async (t) => {
  const examine = async () => {
    const { child, ended } = startTagalong(
      ['doctor', '--json', '--source', 'ros:///camera/image_raw', '--model', t.context.model.dir],
      variables,
    );
    child.stdin.end();
    const found = JSON.parse((await ended).stdout) as { about: string; level: string; text: string }[];
    return found.filter(({ about }) => about === 'ros').map(({ level, text }) => `${level} ${text}`);
  };
  const nothing = await examine();
  t.true(nothing.some((it) => /^ok joined ROS: DDS \(libddsc.*\), domain/.test(it)));
  t.true(nothing.some((it) => /^problem .*no image within 5 s; .*nobody publishes/.test(it)));
  await film(t, 'rgb8');
  const images = await examine();
  t.true(images.some((it) => it.startsWith('ok 320x240: /camera/image_raw, sensor_msgs/msg/Image rgb8')));
});

withDds('the doctor says when the system keeps too little of an image', async (t) => {
  const root = join(folder, 'narrow');
  mkdirSync(join(root, 'proc/sys/net/core'), { recursive: true });
  const examine = async (rmemMax: string, uri: string): Promise<readonly Finding[]> => {
    writeFileSync(join(root, 'proc/sys/net/core/rmem_max'), `${rmemMax}\n`);
    const flags = [{ path: ['source', 'uri'], value: uri, origin: { text: 'test' } }];
    const { config } = await loadConfig({ flags });
    const { signal } = new AbortController();
    const context = { config, defaultModel: '', signal, root, environment: variables };
    return checkRosNode.examine(context);
  };
  await film(t, 'rgb8');
  const narrow = await examine('212992', 'ros:///camera/image_raw');
  t.deepEqual(
    narrow.map(({ level }) => level),
    ['ok', 'warning', 'ok'],
  );
  t.regex(narrow[1]!.text, /^net\.core\.rmem_max is 212992: large images will get lost$/);
  const wide = await examine('4194304', 'ros:///camera/image_raw');
  t.deepEqual(
    wide.map(({ level }) => level),
    ['ok', 'ok'],
  );
});

withDds('the service follows what is selected over ROS, in images of ROS, and shows it', async (t) => {
  t.timeout(120_000);
  const { node, sent } = await film(t, 'rgb8');
  const hear = (type: string, topic: string, qos = sensorData): RosMessage[] => {
    const messages: RosMessage[] = [];
    node.subscribe(type, topic, qos, (it) => messages.push(it));
    return messages;
  };
  const boxes = hear('vision_msgs/msg/Detection2D', '/robot/tracker/bbox');
  const states = hear('std_msgs/msg/String', '/robot/tracker/state', latched);
  const answers = hear('std_msgs/msg/String', '/robot/tracker/answer', reliable);
  const pictures = hear('sensor_msgs/msg/CompressedImage', '/robot/tracker/image/compressed');
  const diagnostics = hear('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics', reliable);
  const select = node.advertise('sensor_msgs/msg/RegionOfInterest', '/robot/tracker/select', reliable);

  const settings = ['ros.namespace=/robot', 'ros.image.fps=20', 'ros.image.quality=95'];
  const flags = settings.flatMap((it) => ['--set', it]);
  const source = ['--source', 'ros:///camera/image_raw', '--model', t.context.model.dir];
  const service = new RunningService(t, [...source, ...flags], variables);
  await service.logged('ROS node open');
  await until(() => states.at(-1)?.['data'] === 'idle', 'the latched state');
  await until(() => select.readers() === 1, 'somebody to hear the selection');
  t.is(boxes.length, 0, 'no box without a target');

  const region = { x_offset: 100, y_offset: 60, width: 80, height: 60, do_rectify: false };
  select.publish(region);
  await until(() => answers.length > 0, 'an answer');
  t.like(JSON.parse(answers[0]!['data'] as string), { accepted: true });
  await until(() => boxes.length > 0 && pictures.length > 0, 'a box and a picture');
  const { header, id } = boxes[0]!;
  const { stamp, frame_id } = header as { stamp: { sec: number; nanosec: number }; frame_id: string };
  t.is(frame_id, 'eye');
  t.is(stamp.nanosec, 5);
  t.true(sent.includes(stamp.sec), "the image's own stamp");
  t.is(id, '1');
  await until(() => states.some(({ data }) => data === 'tracking'), 'the state');
  await until(() => diagnostics.length > 0, 'diagnostics');

  // both are best effort: one of them may be lost
  const pair = () =>
    pictures.flatMap((shown) => {
      const box = boxes.find((it) => isSame(it['header'], shown['header']));
      return box ? [{ shown, bbox: box['bbox'] as Box }] : [];
    });
  await until(() => pair().length > 0, 'a picture and its box');
  const { shown, bbox } = pair()[0]!;
  const picture = sharp(shown['data'] as Uint8Array).raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  t.like(info, size);
  const { center, size_x } = bbox;
  const [x, y] = [Math.round(center.position.x - size_x / 2), Math.round(center.position.y)];
  const [red, green, blue] = data.subarray(3 * (y * info.width + x));
  t.true(
    green! > red! + 60 && green! > blue! + 40,
    `the box's left edge is green: ${red}, ${green}, ${blue}`,
  );

  const { code } = await service.stop();
  t.is(code, 0);
});

interface Box {
  readonly center: { readonly position: { readonly x: number; readonly y: number } };
  readonly size_x: number;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
