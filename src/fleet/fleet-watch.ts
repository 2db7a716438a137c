import { parseReport, reportTopic, type DeviceReport } from './report.js';

/** A device's newest report, and when it was heard. */
export interface HeardReport {
  readonly report: DeviceReport;
  /** When it was said, as well as can be known; ms since 1970 of this machine. */
  readonly heardAtMs: number;
}

/** Intervals that may be missed before a device counts as silent. */
const intervalsMissed = 2.5;

/** A broker that somebody filled with names must not fill memory. */
const mostDevices = 100_000;

/** What is known of every device, from its retained reports. */
export class FleetWatch {
  readonly #devices = new Map<string, HeardReport>();
  readonly #changed = new Set<string>();
  readonly #prefix: string;
  #refused = 0;

  constructor(prefix = 'tagalong') {
    this.#prefix = prefix;
  }

  /** Messages that were none of a device's, or not under its own name. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Takes a message in. A report that the broker kept is as old as it says itself, one that comes now is heard now: clocks
   * of devices may be wrong, so a kept one is never younger than now.
   */
  hear(topic: string, payload: Uint8Array, { retained, nowMs }: { retained: boolean; nowMs: number }): void {
    if (payload.length === 0) {
      this.#forget(topic);
      return;
    }
    const report = parseReport(payload);
    if (!report || reportTopic(report.device, this.#prefix) !== topic) {
      this.#refused += 1;
      return;
    }
    if (!this.#devices.has(report.device) && this.#devices.size >= mostDevices) return;
    const heardAtMs = retained ? Math.min(nowMs, report.publishedAtMs) : nowMs;
    this.#devices.set(report.device, { report, heardAtMs });
    this.#changed.add(report.device);
  }

  /** By name. */
  devices(): HeardReport[] {
    return [...this.#devices.values()].sort((a, b) => (a.report.device < b.report.device ? -1 : 1));
  }

  /** Those heard of since the last call. */
  takeChanged(): HeardReport[] {
    const changed = [...this.#changed].flatMap((device) => this.#devices.get(device) ?? []);
    this.#changed.clear();
    return changed;
  }

  /** An empty retained message removes a device for good. */
  #forget(topic: string): void {
    for (const device of this.#devices.keys()) {
      if (reportTopic(device, this.#prefix) === topic) this.#devices.delete(device);
    }
  }
}

/** When a device counts as silent unless it is heard of again. */
export function silentAfterMs({ report, heardAtMs }: HeardReport): number {
  return heardAtMs + report.everySeconds * 1000 * intervalsMissed;
}
