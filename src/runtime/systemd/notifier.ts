import { sendDatagram } from './unix-datagram.js';

/** What a service tells the manager that started it; see sd_notify(3). */
export interface Notifier {
  /** Half of the time after which a silent service is restarted, ms; null when there is no watchdog. */
  readonly watchdogMs: number | null;
  ready(): void;
  /** Told before a reload; `ready` ends it. */
  reloading(): void;
  stopping(): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  alive(): void;
}

export interface NotifierOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly processId?: number;
  readonly send?: (path: string, text: string) => boolean;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly clock?: () => bigint;
}

/** The manager's notifier where it asked for notifications ($NOTIFY_SOCKET), else one that says nothing. */
export function openNotifier({
  environment = process.env,
  processId = process.pid,
  send = sendDatagram,
  clock = () => process.hrtime.bigint(),
}: NotifierOptions = {}): Notifier {
  const socket = environment['NOTIFY_SOCKET'];
  const tell = (text: string): void => {
    if (socket !== undefined && socket !== '') send(socket, text);
  };
  return {
    watchdogMs: watchdogMs(environment, processId),
    ready: () => {
      tell('READY=1');
    },
    reloading: () => {
      tell(`RELOADING=1\nMONOTONIC_USEC=${clock() / 1000n}`);
    },
    stopping: () => {
      tell('STOPPING=1');
    },
    status: (text) => {
      tell(`STATUS=${text.replaceAll(/\s+/g, ' ')}`);
    },
    alive: () => {
      tell('WATCHDOG=1');
    },
  };
}

/** sd_watchdog_enabled(3): meant for this process, and in microseconds. */
function watchdogMs(
  environment: Readonly<Record<string, string | undefined>>,
  processId: number,
): number | null {
  const { WATCHDOG_USEC: limit, WATCHDOG_PID: meant } = environment;
  if (limit === undefined || (meant !== undefined && Number(meant) !== processId)) return null;
  const microseconds = Number(limit);
  return microseconds > 0 ? microseconds / 2000 : null;
}
