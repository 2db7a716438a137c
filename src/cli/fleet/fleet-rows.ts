import type { FleetRow } from '../../core/console/fleet-messages.js';
import { silentAfterMs, type HeardReport } from '../../fleet/fleet-watch.js';

/** A device's report as the page and the table show it. */
export function fleetRow(heard: HeardReport): FleetRow {
  const { report, heardAtMs } = heard;
  const { device, type, channel, active, health, detail, phase, progress, lastResult } = report;
  return {
    device,
    type,
    channel,
    active: active && { model: active.model, version: active.version, slot: active.slot },
    health,
    detail,
    phase,
    progress,
    last: lastResult && {
      kind: lastResult.kind,
      version: lastResult.version,
      reason: lastResult.reason,
      atMs: lastResult.atMs,
    },
    seenAtMs: heardAtMs,
    silentAfterMs: silentAfterMs(heard),
  };
}
