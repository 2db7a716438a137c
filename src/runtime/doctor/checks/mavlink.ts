import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '../../../core/ports/log.js';
import type { LinkStatus } from '../../mavlink/links/link.js';
import { openBus } from '../../mavlink/open-bus.js';
import { findings, type Check, type Finding } from '../finding.js';

const { ok, note, warning, problem } = findings('mavlink');

/** Heartbeats come once a second; a ground station may be slower to be found. */
const listenMs = 3000;

/** Opens the configured links as the service would, listens for a while, and says nothing itself. */
export const checkMavlink: Check = {
  about: 'mavlink',
  examine: async ({ config, signal }) => {
    if (!config?.mavlink) return [note('no MAVLink link is configured')];
    const { links, signing, compid, sysid } = config.mavlink;
    await using opened = await openBus(
      { links, compid, ...(sysid !== undefined && { sysid }), ...(signing && { signing }) },
      { log: silentLog },
    );
    await sleep(listenMs, undefined, { signal });
    const { bus } = opened;
    const found = bus.status().map((status, index) => judge(status, links[index]!.url));
    const vehicle =
      bus.sysid === null
        ? warning(
            "no autopilot's heartbeat: nothing will be sent",
            'check the wiring and the baud rate, or set mavlink.sysid',
          )
        : ok(`we are part of system ${bus.sysid}`);
    return [...found, vehicle];
  },
};

function judge({ name, open, fault, received, refused }: LinkStatus, url: string): Finding {
  const link = `${name} ${url}`;
  if (!open) {
    const busy = fault?.includes('uses') === true ? 'stop what uses it, the running service too; ' : '';
    return problem(`${link}: ${fault ?? 'does not open'}`, `${busy}see docs/mavlink.md`);
  }
  if (received > 0) return ok(`${link}: ${received} packets heard`);
  if (refused.unsigned + refused.badSignature > 0) {
    return problem(`${link}: packets come, but not signed with our key`, 'give both sides the same key');
  }
  if (refused.badChecksum + refused.skippedBytes > 0) {
    return problem(`${link}: bytes come, but no packets`, 'set the baud rate of the other side (?baud=)');
  }
  return warning(
    `${link}: silent for ${listenMs / 1000} s`,
    'is the other side on, and does it know our address?',
  );
}
