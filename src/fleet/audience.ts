import { createHash } from 'node:crypto';
import type { Channel, Release } from './release.js';

/** What decides which releases concern a device. */
export interface DeviceTraits {
  readonly id: string;
  readonly channel: Channel;
  /** Such as `jetson-orin-nano`. */
  readonly type: string;
  /** `process.arch`. */
  readonly architecture: string;
  /** Version of tagalong it runs. */
  readonly runtime: string;
}

/** Of the releases of `model` that concern the device, the one it is to run; null when there is none. */
export function chooseRelease<T extends Release>(
  releases: Iterable<T>,
  model: string,
  device: DeviceTraits,
): T | null {
  let chosen: T | null = null;
  for (const release of releases) {
    if (release.model !== model || whyNot(release, device) !== null) continue;
    if (!chosen || release.release > chosen.release) chosen = release;
  }
  return chosen;
}

/** Why a release does not concern a device, in words; null when it does. */
export function whyNot(release: Release, device: DeviceTraits): string | null {
  const { architectures, deviceTypes, devices, minimumRuntime } = release;
  if (architectures && !(architectures as readonly string[]).includes(device.architecture)) {
    return `is for ${architectures.join(', ')}, this device is ${device.architecture}`;
  }
  if (deviceTypes && !deviceTypes.includes(device.type)) {
    return `is for ${deviceTypes.join(', ')}, this device is ${device.type}`;
  }
  if (olderThan(device.runtime, minimumRuntime)) {
    return `needs tagalong ${minimumRuntime}, this device has ${device.runtime}`;
  }
  if (devices) return devices.includes(device.id) ? null : 'is for named devices, and not for this one';
  if (release.channel === 'canary' && device.channel !== 'canary') return 'is for the channel canary';
  if (rolloutPosition(release, device.id) < release.percent) return null;
  return `is rolled out to ${release.percent} % of the devices so far, and this one is not among them`;
}

/**
 * Where a device stands in the order in which a release reaches devices, 0 to below 100: the same on every machine and
 * at every percentage, another for every release of another version.
 */
export function rolloutPosition({ model, version }: Pick<Release, 'model' | 'version'>, id: string): number {
  const digest = createHash('sha256').update(`tagalong-rollout/1\n${model}\n${version}\n${id}`).digest();
  return (digest.readUInt32BE(0) / 2 ** 32) * 100;
}

function olderThan(version: string, minimum: string): boolean {
  const [have, need] = [version, minimum].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number));
  for (let i = 0; i < 3; i++) {
    if (have![i] !== need![i]) return !(have![i]! > need![i]!);
  }
  return false;
}
