import { setTimeout as sleep } from 'node:timers/promises';
import { common } from 'mavlink-mappings';
import type { MavlinkBus } from '../../runtime/mavlink/bus.js';
import { message } from '../../runtime/mavlink/message.js';

/** Turns the gimbal past the target and waits until it stands. */
export async function lookAside(
  bus: MavlinkBus,
  { yaw, pitch }: { readonly yaw: number; readonly pitch: number },
  angle: number,
  signal: AbortSignal,
): Promise<void> {
  const target = { targetSystem: 1, targetComponent: 0, yawRate: Number.NaN, pitchRate: Number.NaN };
  const aside = Math.atan2(Math.sin(yaw + angle), Math.cos(yaw + angle));
  for (let i = 0; i < 20; i++) {
    bus.send(message(common.GimbalManagerSetPitchyaw, { ...target, yaw: aside, pitch }));
    await sleep(100, undefined, { signal });
  }
  const stop = { yaw: Number.NaN, pitch: Number.NaN, yawRate: 0, pitchRate: 0 };
  bus.send(message(common.GimbalManagerSetPitchyaw, { ...target, ...stop }));
}
