import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import koffi from 'koffi';
import { findings, type Check, type Finding } from '../finding.js';
import { readText } from '../system-files.js';

const { ok, warning } = findings('clock');

/** Whether the wall clock is set by someone, and whether the monotonic clock, which everything here uses, runs evenly. */
export const checkClock: Check = {
  about: 'clock',
  examine: async ({ root, signal }) => [examineWallClock(), await examineMonotonicClock(root, signal)],
};

/** adjtimex(2) without a change: TIME_ERROR (5) means that nobody keeps the clock right. */
function examineWallClock(): Finding {
  const adjtimex = koffi.load(null).func('int adjtimex(void *timex)') as (timex: Uint8Array) => number;
  const state = adjtimex(Buffer.alloc(512)); // struct timex is 208 bytes; modes = 0 changes nothing
  if (state >= 0 && state !== 5) return ok(`synchronised, ${new Date().toISOString()}`);
  const text = `nobody synchronises it; it says ${new Date().toISOString()}`;
  const fix =
    'sudo timedatectl set-ntp true, or chrony with GPS; tracking does not need it, TLS and the times in logs do';
  return warning(text, fix);
}

async function examineMonotonicClock(root: string, signal: AbortSignal): Promise<Finding> {
  const source = await readText(
    join(root, 'sys/devices/system/clocksource/clocksource0/current_clocksource'),
  );
  const backwards = stepsBack();
  const start = process.hrtime.bigint();
  await delay(200, undefined, { signal });
  const waitedMs = Number(process.hrtime.bigint() - start) / 1e6;
  const said = `monotonic clock ${source ?? 'of unknown source'}`;
  if (backwards > 0) return warning(`${said} ran back ${backwards} times`, 'boot with another clocksource=');
  if (waitedMs < 190)
    return warning(`${said}: 200 ms lasted ${waitedMs.toFixed(0)}`, 'boot with another clocksource=');
  if (source === 'jiffies')
    return warning(`${said} is coarse`, 'boot with clocksource=tsc or arch_sys_counter');
  return ok(`${said} runs evenly`);
}

function stepsBack(): number {
  let count = 0;
  let last = process.hrtime.bigint();
  for (let index = 0; index < 10_000; index += 1) {
    const now = process.hrtime.bigint();
    if (now < last) count += 1;
    last = now;
  }
  return count;
}
