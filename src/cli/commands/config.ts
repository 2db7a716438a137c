import { Command } from 'commander';
import { configJsonSchema } from '../../runtime/config/schema-tree.js';
import { explainConfig } from '../../runtime/config/explain-config.js';
import { ConfigError, loadConfig } from '../../runtime/config/load-config.js';
import { addConfigFlags, configFile, flagSettings, type ConfigFlags } from '../service/flags.js';

/** `tagalong config check|show|schema`: what a configuration says, before it is run. */
export function configCommand(): Command {
  const check = new Command('check')
    .description('read a configuration as run would, and tell every problem')
    .argument('[file]', 'configuration (YAML)');
  const show = new Command('show')
    .description('tell every value that counts and who set it; secrets are masked')
    .argument('[file]', 'configuration (YAML)')
    .option('--json', 'as JSON');
  const schema = new Command('schema')
    .description('write the JSON Schema of the configuration, for editors')
    .action(() => {
      process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
  return new Command('config')
    .description('check or show the configuration of the service')
    .addCommand(addConfigFlags(check).action(runCheck))
    .addCommand(addConfigFlags(show).action(runShow))
    .addCommand(schema);
}

async function runCheck(file: string | undefined, flags: ConfigFlags): Promise<void> {
  try {
    await load(file, flags);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) process.stderr.write(`error: ${problem}\n`);
    process.exitCode = 2;
    return;
  }
  process.stdout.write(`${file ?? configFile(flags) ?? 'configuration'}: ok\n`);
}

async function runShow(
  file: string | undefined,
  { json = false, ...flags }: ConfigFlags & { readonly json?: boolean },
): Promise<void> {
  const values = explainConfig(await load(file, flags));
  if (json) {
    process.stdout.write(`${JSON.stringify(values, null, 2)}\n`);
    return;
  }
  const width = (column: 'key' | 'value'): number => Math.max(...values.map((it) => it[column].length));
  for (const { key, value, origin } of values) {
    process.stdout.write(`${key.padEnd(width('key'))}  ${value.padEnd(width('value'))}  ${origin}\n`);
  }
}

function load(file: string | undefined, flags: ConfigFlags) {
  const chosen = file ?? configFile(flags);
  return loadConfig({
    ...(chosen !== undefined && { file: chosen }),
    environment: process.env,
    flags: flagSettings(flags),
  });
}
