import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import { agentOptionsSchema } from '../../fleet/agent/agent-options.js';
import { mqttOptionsSchema } from '../../runtime/mqtt/options.js';

const providers = ['tensorrt', 'cuda', 'cpu'] as const;

/** `agent.yaml`: the agent's own settings, and what the command line wires beside it. */
export const agentConfigSchema = agentOptionsSchema.extend({
  /** How a candidate is proven: as the service runs it. */
  proof: z
    .strictObject({
      providers: z.array(z.enum(providers)).min(1).default(['cpu']),
      threads: z.int().positive().max(64).default(1),
      /** Building an engine for an accelerator takes minutes. */
      timeoutSeconds: z.number().positive().max(7200).default(1800),
    })
    .prefault({}),
  /** Where reports go; none without this section. */
  mqtt: mqttOptionsSchema.optional(),
  log: z
    .strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') })
    .prefault({}),
});

export type AgentConfig = z.infer<typeof agentConfigSchema> & { readonly device: string };

/** @throws UsageError naming the file, the key and what is wrong with it. */
export async function loadAgentConfig(file: string): Promise<AgentConfig> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`--config "${file}": ${(cause as Error).message}`, { cause });
  });
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (cause) {
    throw new UsageError(`${file}: ${(cause as Error).message}`, { cause });
  }
  const parsed = agentConfigSchema.safeParse(content);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'all'}: ${message}`);
    throw new UsageError(`${file}: ${problems.join('; ')}`, { cause: parsed.error });
  }
  return absolute(parsed.data, dirname(resolve(file)));
}

/** Paths count from the file's folder. */
function absolute(config: z.infer<typeof agentConfigSchema>, folder: string): AgentConfig {
  const full = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(folder, path);
  const device =
    config.device ??
    (hostname()
      .replaceAll(/[^A-Za-z0-9_.-]/g, '-')
      .slice(0, 64) ||
      'device');
  const { mqtt } = config;
  return {
    ...config,
    device,
    state: resolve(folder, config.state),
    ca: full(config.ca),
    root: full(config.root),
    factory: full(config.factory),
    mqtt: mqtt && {
      ...mqtt,
      passwordFile: full(mqtt.passwordFile),
      tls: mqtt.tls && {
        ...mqtt.tls,
        ca: full(mqtt.tls.ca),
        cert: full(mqtt.tls.cert),
        key: full(mqtt.tls.key),
      },
    },
  };
}
