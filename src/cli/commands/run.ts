import { Command } from 'commander';
import { secretsOf } from '../../runtime/config/explain-config.js';
import { loadConfig, type ConfigInputs } from '../../runtime/config/load-config.js';
import { openLog } from '../../runtime/log/open-log.js';
import { openNotifier } from '../../runtime/systemd/notifier.js';
import { interruptSignal } from '../interrupt.js';
import { addConfigFlags, configFile, flagSettings, type ConfigFlags } from '../service/flags.js';

/** `tagalong run --config tagalong.yaml`: the service that runs on the robot for days. */
export function runCommand(): Command {
  const command = new Command('run').description(
    'run as a service: source, tracker, MQTT, recording and metrics as configured',
  );
  return addConfigFlags(command).action(runRun);
}

async function runRun(flags: ConfigFlags): Promise<void> {
  const file = configFile(flags);
  const inputs: ConfigInputs = {
    ...(file !== undefined && { file }),
    environment: process.env,
    flags: flagSettings(flags),
  };
  const loaded = await loadConfig(inputs);
  const { stderr } = process;
  stderr.on('error', () => undefined); // a log that nobody reads any more must not end the service
  const log = openLog({
    ...loaded.config.log,
    stream: stderr,
    colour: stderr.isTTY && process.env['NO_COLOR'] === undefined,
    journal: process.env['JOURNAL_STREAM'] !== undefined && !stderr.isTTY,
  });
  log.setSecrets(secretsOf(loaded));
  const { Service } = await import('../service/service.js');
  const service = new Service({ loaded, log, notifier: openNotifier() });
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  let reloading = Promise.resolve();
  const reload = (): void => {
    const load = async () => {
      const next = await loadConfig(inputs);
      log.setSecrets([...secretsOf(loaded), ...secretsOf(next)]);
      return next;
    };
    reloading = reloading.then(() => service.reload(load));
  };
  process.on('SIGHUP', reload);
  const lastResort = leaveInTime(signal);
  try {
    await service.run(signal);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error; // stopped while still opening
  } finally {
    process.off('SIGHUP', reload);
    clearTimeout(lastResort());
  }
}

/** Whatever hangs while closing, a service that was told to stop is gone before two seconds are over. */
function leaveInTime(signal: AbortSignal): () => NodeJS.Timeout | undefined {
  let timer: NodeJS.Timeout | undefined;
  signal.addEventListener('abort', () => {
    timer = setTimeout(() => process.exit(0), 1900);
    timer.unref();
  });
  return () => timer;
}
