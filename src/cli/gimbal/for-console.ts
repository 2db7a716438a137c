import type { ConsoleGimbal } from '../../core/console/server-messages.js';
import type { GimbalFollowerStatus } from '../../runtime/gimbal/gimbal-follower.js';

const degrees = 180 / Math.PI;

/** What the console shows of a gimbal. */
export function gimbalForConsole({ mode, demand, output }: GimbalFollowerStatus): ConsoleGimbal {
  const { authority, connected } = output;
  const rates = demand && { yaw: demand.rates.yaw * degrees, pitch: demand.rates.pitch * degrees };
  return { mode, authority, connected, rates };
}
