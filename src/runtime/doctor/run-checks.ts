import { TagalongError } from '../../core/errors.js';
import { checkBroker } from './checks/broker.js';
import { checkCameras } from './checks/cameras.js';
import { checkClock } from './checks/clock.js';
import { checkDisk } from './checks/disk.js';
import { checkHeat } from './checks/heat.js';
import { checkMavlink } from './checks/mavlink.js';
import { checkMemory } from './checks/memory.js';
import { checkPrograms } from './checks/programs.js';
import { checkProviders } from './checks/providers.js';
import { checkRos } from './checks/ros.js';
import { checkSerial } from './checks/serial.js';
import type { Check, DoctorContext, Finding } from './finding.js';

export const machineChecks: readonly Check[] = [
  checkCameras,
  checkProviders,
  checkBroker,
  checkSerial,
  checkMavlink,
  checkRos,
  checkPrograms,
  checkDisk,
  checkMemory,
  checkClock,
  checkHeat,
];

/** An examination that takes longer is given up. */
const limitMs = 60_000;

/** Examines this machine; the findings stand in the order of the checks. Rejects only with the signal's reason. */
export async function runChecks(
  context: DoctorContext,
  checks: readonly Check[] = machineChecks,
): Promise<readonly Finding[]> {
  const all = await Promise.all(checks.map((check) => runCheck(check, context)));
  context.signal.throwIfAborted();
  return all.flat();
}

async function runCheck({ about, examine }: Check, context: DoctorContext): Promise<readonly Finding[]> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    const signal = AbortSignal.any([context.signal, limit]);
    return await Promise.race([examine({ ...context, signal }), rejection(signal)]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const text = limit.aborted ? `no answer within ${limitMs / 1000} s` : message;
    const fix =
      error instanceof TagalongError ? 'see the message' : 'this is a fault of tagalong: please report it';
    return [{ about, level: 'problem', text, fix }];
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}
