import { secretsOf } from '../../runtime/config/explain-config.js';
import { UsageError } from '../../core/errors.js';
import { loadConfig, type ConfigInputs } from '../../runtime/config/load-config.js';
import type { Config } from '../../runtime/config/schema.js';
import { invitation } from '../../runtime/console/access/invitation.js';
import type { ConsoleServer } from '../../runtime/console/console-server.js';
import { openLog } from '../../runtime/log/open-log.js';
import { openNotifier } from '../../runtime/systemd/notifier.js';
import { interruptSignal } from '../interrupt.js';

/**
 * Runs the service with the configuration that is put together of `inputs`, until it is told to stop or its source ends.
 * @throws what loading and running throw
 */
export async function serve(inputs: ConfigInputs): Promise<void> {
  const loaded = await loadConfig(inputs);
  const { stderr } = process;
  stderr.on('error', () => undefined); // a log that nobody reads any more must not end the service
  const journal = process.env['JOURNAL_STREAM'] !== undefined && !stderr.isTTY;
  const colour = stderr.isTTY && process.env['NO_COLOR'] === undefined;
  const log = openLog({ ...loaded.config.log, stream: stderr, colour, journal });
  log.setSecrets(secretsOf(loaded));
  requireReachableToken(loaded.config, stderr);
  const { Service } = await import('./service.js');
  const service = new Service({
    ...{ loaded, log, notifier: openNotifier() },
    console: { onOpen: (opened) => inviteTo(opened, stderr) },
  });
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  using lastResort = leaveInTime(signal);
  using reloads = onHangup(() =>
    service.reload(async () => {
      const next = await loadConfig(inputs);
      log.setSecrets([...secretsOf(loaded), ...secretsOf(next)]);
      requireReachableToken(next.config, stderr);
      return next;
    }),
  );
  try {
    await service.run(signal);
  } catch (error) {
    if (signal.aborted && error === signal.reason) return; // stopped while still opening
    if (journal) log.error({ err: error }, 'the service ends'); // with its priority; the terminal shows it by itself
    throw error;
  }
}

/** A token that is made at the start is shown on a terminal, never in a log. @throws UsageError where nobody would see it. */
function requireReachableToken({ console }: Config, { isTTY }: NodeJS.WriteStream): void {
  if (!console || console.commandTokenFile !== undefined || isTTY) return;
  throw new UsageError(
    'console.commandTokenFile: name a file for the token (it is made): there is no terminal to show one on',
  );
}

async function inviteTo(
  { addresses, host, tokens }: ConsoleServer,
  stderr: NodeJS.WriteStream,
): Promise<void> {
  if (stderr.isTTY) stderr.write(await invitation({ addresses, host, tokens, qrCode: true }));
}

/** Carries out a reload for every SIGHUP, one after the other. */
function onHangup(reload: () => Promise<void>): Disposable {
  let last = Promise.resolve();
  const listener = (): void => {
    last = last.then(reload);
  };
  process.on('SIGHUP', listener);
  return {
    [Symbol.dispose]: () => {
      process.off('SIGHUP', listener);
    },
  };
}

/** Whatever hangs while closing, a service that was told to stop is gone before two seconds are over. */
function leaveInTime(signal: AbortSignal): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => process.exit(0), 1900);
  };
  signal.addEventListener('abort', begin, { once: true });
  return {
    [Symbol.dispose]: () => {
      signal.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
