import type { LoopStatus } from '../../core/ports/loop-status.js';
import type { Log } from '../../core/ports/log.js';
import type { Health } from '../../runtime/metrics/health.js';
import type { Notifier } from '../../runtime/systemd/notifier.js';

export interface WatchOptions {
  readonly health: () => Health;
  readonly status: () => LoopStatus;
  readonly notifier: Notifier;
  readonly log: Log;
}

/**
 * Looks at the service's health once a second or oftener: logs when it changes, tells the service manager, and feeds its
 * watchdog as long as the loop is alive. A main thread that hangs feeds nothing either.
 */
export function watchHealth({ health, status, notifier, log }: WatchOptions): Disposable {
  let told = '';
  const look = (): void => {
    const { level, reasons, alive } = health();
    if (alive) notifier.alive();
    const line = [level, ...reasons.map((reason) => reason.replaceAll(/\d+ s$/g, '… s'))].join('; ');
    notifier.status(statusText(status(), reasons));
    if (line === told) return;
    told = line;
    if (level === 'ok') log.info({}, 'healthy');
    else log.warn({ reasons, ...(!alive && { alive }) }, level);
  };
  const timer = setInterval(look, Math.min(1000, notifier.watchdogMs ?? 1000));
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
}

/** For `systemctl status`. */
function statusText({ state, fps, source }: LoopStatus, reasons: readonly string[]): string {
  const rate = fps === null ? '' : ` at ${fps.toFixed(1)} fps`;
  const where = source === null ? '' : ` on ${source.uri}`;
  return [`${state}${rate}${where}`, ...reasons].join('; ');
}
