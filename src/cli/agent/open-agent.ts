import { mkdir, readFile, stat } from 'node:fs/promises';
import { FleetError } from '../../core/errors.js';
import { Agent } from '../../fleet/agent/agent.js';
import { nodeFileSystem } from '../../fleet/agent/disk/node-file-system.js';
import { enrolledRoot } from '../../fleet/agent/enroll.js';
import { lockFolder } from '../../fleet/agent/lock.js';
import { openTransport } from '../../fleet/agent/transport/open-transport.js';
import type { Transport } from '../../fleet/agent/transport/transport.js';
import { factoryModel } from '../../fleet/agent/update/factory.js';
import type { Log } from '../../core/ports/log.js';
import { defaultModel, packageRoot, readPackage } from '../package-root.js';
import type { AgentConfig } from './agent-config.js';
import { proveInChild } from './prove-in-child.js';

/** An agent that has its folder for itself. */
export interface OpenedAgent extends AsyncDisposable {
  readonly agent: Agent;
}

/** @throws FleetError when another agent is at work on the same folder, or the disk fails. */
export async function openAgent(
  config: AgentConfig,
  log: Log,
  onChange: () => void = () => undefined,
): Promise<OpenedAgent> {
  await makeStateFolder(config.state);
  const lock = await lockFolder(config.state);
  try {
    const { version } = await readPackage();
    const { device: id, type, channel } = config;
    const agent = await Agent.open(
      {
        device: { id, type, channel, architecture: process.arch, runtime: version },
        ...{ model: config.model, state: config.state, reportSeconds: config.reportSeconds },
        firstRoot: await firstRoot(config),
        // the program was not installed before it was made
        builtMs: (await stat(`${packageRoot}/package.json`)).mtimeMs,
        keepFreeBytes: config.keepFreeMegabytes * 1e6,
      },
      { disk: nodeFileSystem, prove: proveInChild(config, log), now: Date.now, log, onChange },
      await factoryModel(nodeFileSystem, config.factory ?? defaultModel),
    );
    return {
      agent,
      [Symbol.asyncDispose]: async () => {
        agent.close();
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** Null where models are only pushed. @throws UsageError */
export async function openRepository({ repository, ca }: AgentConfig): Promise<Transport | null> {
  if (repository === undefined) return null;
  return openTransport(repository, ca === undefined ? {} : { ca: await readFile(ca, 'utf8') });
}

/** What was enrolled on the device counts before what the configuration names. */
async function firstRoot({ state, root }: AgentConfig): Promise<Buffer | null> {
  const enrolled = await enrolledRoot(nodeFileSystem, state);
  if (enrolled || root === undefined) return enrolled;
  return readFile(root).catch((cause: unknown) => {
    throw new FleetError(`root "${root}": ${(cause as Error).message}`, { cause });
  });
}

async function makeStateFolder(state: string): Promise<void> {
  await mkdir(state, { recursive: true, mode: 0o750 }).catch((cause: unknown) => {
    throw new FleetError(`state "${state}": ${(cause as Error).message}`, { cause });
  });
}
