/**
 * What ROS over DDS costs: how late a box is heard in another process, the share of a core that an image topic takes, and the
 * memory of the node. `npm run bench -- ros [--seconds N]`: with N also a soak of both together. Publishers of images and
 * subscribers are processes of their own, on another core where there is one; all of it on 127.0.0.1. On a machine that does
 * other work the delays are those of its scheduler: `chrt -r 10 npm run bench -- ros` goes before.
 */
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadDds } from '../src/ros/dds/library.js';
import { ddsTypeName } from '../src/ros/messages/definitions.js';
import { buildPeer, missingForPeer } from '../test/ros/fastdds/fast-peer.js';
import { PeerProcess } from '../test/ros/support/peer-process.js';
import { freeUdpPort } from '../test/runtime/mavlink/support/udp-peer.js';
import type { BenchOptions } from './options.js';
import { otherCore, Role, type Usage } from './ros/role.js';
import { median, quantile } from './statistics.js';

/** Settling, and each figure's measurement, s. */
const [settle, measured] = [5, 20];
const memoryPairs = 3;

const variables = { ROS_DOMAIN_ID: String(100 + (process.pid % 100)), ROS_LOCALHOST_ONLY: '1' };

export async function main({ seconds = 0 }: BenchOptions): Promise<void> {
  try {
    loadDds();
  } catch (error) {
    console.log((error as Error).message);
    return;
  }
  const aside = otherCore(cpus().length, process.env['TAGALONG_BENCH_PINNED'] ?? '');
  console.log(`others on core ${aside ?? '(the same)'}; ${measured} s for each line\n`);
  await latency(aside);
  await images(aside);
  await fastDdsImages(aside);
  await memory(aside);
  if (seconds > 0) await soak(seconds, aside);
}

async function latency(aside: number | null): Promise<void> {
  await datagrams(aside);
  await using subscriber = await Role.open('subscriber', aside, variables);
  await using node = await Role.open('node', null, variables, 'ros', 'tracks');
  const [heard, usage] = await over(measured, subscriber, node);
  line('track published to subscriber, p50', ms(quantile(heard.latenciesMs, 0.5)));
  line('track published to subscriber, p99', ms(quantile(heard.latenciesMs, 0.99)), 'at most 3');
  line('track published to subscriber, max', ms(quantile(heard.latenciesMs, 1)));
  line('heard of published', `${heard.count} of ${usage.count}`);
  line('share of a core, 60 tracks a second', percent(usage.share));
}

/** What the machine itself takes to wake another process: no middleware can be faster. */
async function datagrams(aside: number | null): Promise<void> {
  const port = String(await freeUdpPort());
  await using subscriber = await Role.open('subscriber', aside, variables, port);
  await using node = await Role.open('node', null, variables, port);
  const [heard] = await over(measured, subscriber, node);
  line('bare datagram to another process, p50', ms(quantile(heard.latenciesMs, 0.5)));
  line('bare datagram to another process, p99', ms(quantile(heard.latenciesMs, 0.99)));
}

async function images(aside: number | null): Promise<void> {
  await using camera = await Role.open('camera', aside, variables);
  await using node = await Role.open('node', null, variables, 'images');
  const [sent, usage] = await over(measured, camera, node);
  line('share of a core, 1280x720 rgb8 at 30 Hz in', percent(usage.share), 'at most 35');
  line('frames read of images sent', `${usage.count} of ${sent.count}`);
  line('share of a core of their publisher', percent(sent.share));
}

/** The same with a publisher of another make, which sends larger pieces; where it can be built. */
async function fastDdsImages(aside: number | null): Promise<void> {
  if ((await missingForPeer()) !== null) return;
  const program = await buildPeer();
  const peer = ['dds', variables.ROS_DOMAIN_ID];
  await using camera =
    aside === null
      ? new PeerProcess(program, peer)
      : new PeerProcess('taskset', ['-c', String(aside), program, ...peer]);
  const type = ddsTypeName('sensor_msgs/msg/Image');
  camera.tell(`pub cam rt/camera/image_raw ${type} best-effort volatile`, 'images cam 1280 720 30 100000');
  await using node = await Role.open('node', null, variables, 'images');
  const [usage] = await over(measured, node);
  line('share of a core, the same from Fast DDS', percent(usage.share), 'at most 35');
  line('frames read in the time of', `${usage.count} of ${30 * measured}`);
}

/** The same process with and without the node, several times in turn. */
async function memory(aside: number | null): Promise<void> {
  const [without, withNode, withImages]: [number[], number[], number[]] = [[], [], []];
  await using camera = await Role.open('camera', aside, variables);
  const resident = async (...has: string[]): Promise<number> => {
    await using node = await Role.open('node', null, variables, 'tracks', ...has);
    await sleep(2 * settle * 1000);
    return (await node.read()).rss;
  };
  for (let i = 0; i < memoryPairs; i += 1) {
    without.push(await resident());
    withNode.push(await resident('ros'));
    withImages.push(await resident('ros', 'images'));
  }
  const added = (more: readonly number[]): string => `${(median(more) - median(without)).toFixed(1)} MB`;
  line('resident memory without the node', `${median(without).toFixed(1)} MB`);
  line('resident memory the node adds', added(withNode), 'at most 40');
  line('and an image topic as source with it', added(withImages));
}

async function soak(seconds: number, aside: number | null): Promise<void> {
  const steps = 10;
  await using camera = await Role.open('camera', aside, variables);
  await using subscriber = await Role.open('subscriber', aside, variables);
  await using node = await Role.open('node', null, variables, 'ros', 'tracks', 'images');
  await sleep(settle * 1000);
  let before = await node.read();
  await Promise.all([camera.read(), subscriber.read()]);
  const rss = [before.rss];
  console.log(`\nsoak of ${seconds} s: images and tracks together`);
  console.log(`${'0'.padStart(8)} s ${before.rss.toFixed(1).padStart(8)} MB`);
  for (let step = 1; step <= steps; step += 1) {
    await sleep((seconds * 1000) / steps);
    const [now, sent, heard] = await Promise.all([node.read(), camera.read(), subscriber.read()]);
    rss.push(now.rss);
    console.log(
      `${((seconds * step) / steps).toFixed(0).padStart(8)} s ${now.rss.toFixed(1).padStart(8)} MB, ` +
        `${percent(share(before, now))} of a core, ${now.count} frames of ${sent.count} images, ` +
        `${heard.count} tracks heard, p99 ${ms(quantile(heard.latenciesMs, 0.99))}`,
    );
    before = now;
  }
  line(
    'resident memory at start, middle, end',
    [0, steps / 2, steps].map((at) => rss[at]!.toFixed(1)).join(', '),
  );
  line('growth over the second half', `${(rss[steps]! - rss[steps / 2]!).toFixed(1)} MB`);
}

/** What all gather in the same time, after they have settled. */
async function over<const Roles extends readonly Role[]>(
  seconds: number,
  ...roles: Roles
): Promise<{ [Index in keyof Roles]: Usage & { share: number } }> {
  await sleep(settle * 1000);
  const before = await Promise.all(roles.map((it) => it.read()));
  await sleep(seconds * 1000);
  const after = await Promise.all(roles.map((it) => it.read()));
  return after.map((it, index) => ({ ...it, share: share(before[index]!, it) })) as {
    [Index in keyof Roles]: Usage & { share: number };
  };
}

/** Processor time over wall time. */
function share(before: Usage, after: Usage): number {
  return ((after.cpuMs - before.cpuMs) * 1e6) / Number(BigInt(after.atNs) - BigInt(before.atNs));
}

function line(name: string, value: string, asked?: string): void {
  console.log(`${name.padEnd(46)}${value.padStart(14)}${asked === undefined ? '' : `   (${asked})`}`);
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
