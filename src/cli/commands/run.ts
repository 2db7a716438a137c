import { Command } from 'commander';
import { addConfigFlags, configFile, flagSettings, type ConfigFlags } from '../service/flags.js';
import { serve } from '../service/serve.js';

/** `tagalong run --config tagalong.yaml`: the service that runs on the robot for days. */
export function runCommand(): Command {
  const command = new Command('run').description(
    'run as a service: source, tracker, MQTT, ROS, recording and metrics as configured',
  );
  return addConfigFlags(command).action(runRun);
}

async function runRun(flags: ConfigFlags): Promise<void> {
  const file = configFile(flags);
  await serve({
    ...(file !== undefined && { file }),
    environment: process.env,
    flags: flagSettings(flags),
  });
}
