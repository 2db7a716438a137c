import { FleetError } from '../../core/errors.js';
import { silentLog } from '../../core/ports/log.js';
import { nodeFileSystem } from '../../fleet/agent/disk/node-file-system.js';
import { enrollKey, enrollRoot, rootFingerprint } from '../../fleet/agent/enroll.js';
import { lockFolder } from '../../fleet/agent/lock.js';
import { allowExpiredHeader, localPaths } from '../../fleet/agent/push/agent-server.js';
import { receivePush } from '../../fleet/agent/push/receive-push.js';
import type { Agent } from '../../fleet/agent/agent.js';
import { pushPath } from '../../fleet/push/http-push.js';
import { type PushMessage, pushMessageSchema, type PushResult } from '../../fleet/push/messages.js';
import { type DeviceReport, parseReport } from '../../fleet/report.js';
import { interruptSignal } from '../interrupt.js';
import { type AgentConfig, loadAgentConfig } from './agent-config.js';
import { askAgent } from './local-client.js';
import { openAgent, openRepository } from './open-agent.js';

interface Expiry {
  readonly allowExpired: boolean;
}

/** What people at the device do: by the agent that runs there, or else by themselves. */
export async function showStatus(file: string): Promise<void> {
  const config = await loadAgentConfig(file);
  const answer = await askAgent(config.state, { method: 'GET', path: localPaths.status });
  const report = answer ? await reportIn(answer) : await alone(config, (agent) => agent.report());
  const note = answer ? '' : 'no agent is running\n';
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.stderr.write(note);
}

export async function rollBackNow(file: string): Promise<void> {
  const config = await loadAgentConfig(file);
  const answer = await askAgent(config.state, { method: 'POST', path: localPaths.rollback });
  if (answer) await reportIn(answer);
  else await alone(config, (agent) => agent.installer.rollBack('by an operator on the device'));
}

export async function forgiveNow(file: string): Promise<void> {
  const config = await loadAgentConfig(file);
  const answer = await askAgent(config.state, { method: 'POST', path: localPaths.forgive });
  if (answer) await reportIn(answer);
  else await alone(config, (agent) => agent.installer.forgive());
}

export async function updateNow(file: string, { allowExpired }: Expiry): Promise<void> {
  const config = await loadAgentConfig(file);
  const headers = headersFor(allowExpired);
  const answer = await askAgent(config.state, { method: 'POST', path: localPaths.update, headers });
  if (answer) {
    tell(pushMessageSchema.parse(JSON.parse(await textOf(answer))));
    return;
  }
  const repository = await openRepository(config);
  if (!repository) throw new FleetError('repository: none is configured');
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  tell(await alone(config, (agent) => agent.update(repository, { allowExpired, signal })));
}

/** Lines of PushMessage on standard output; the exit code says how it ended. */
export async function receiveFromStdin(file: string, { allowExpired }: Expiry): Promise<void> {
  const config = await loadAgentConfig(file);
  const headers = headersFor(allowExpired);
  const { stdin, stdout } = process;
  const answer = await askAgent(config.state, { method: 'POST', path: pushPath, headers, body: stdin });
  if (!answer) {
    using interrupt = interruptSignal();
    const { signal } = interrupt;
    await alone(config, (agent) =>
      receivePush(agent, stdin, {
        ...{ state: config.state, sha256: null, allowExpired, signal, onMessage: tell },
      }),
    );
    return;
  }
  let rest = '';
  for await (const piece of answer) {
    rest += Buffer.from(piece).toString();
    const lines = rest.split('\n');
    rest = lines.pop()!;
    for (const line of lines) tell(pushMessageSchema.parse(JSON.parse(line)));
  }
  if (rest !== '') stdout.write(rest);
}

export async function enrollHere(
  file: string,
  {
    root,
    pushKey,
    anew,
  }: { readonly root: Buffer | null; readonly pushKey: Buffer | null; readonly anew: boolean },
): Promise<void> {
  const { state } = await loadAgentConfig(file);
  const { mkdir } = await import('node:fs/promises');
  await mkdir(state, { recursive: true, mode: 0o750 });
  if (root) {
    await using lock = await lockFolder(state); // the agent holds what it trusts: it must not be running
    await enrollRoot(nodeFileSystem, state, root, { anew });
    process.stdout.write(`root ${(await rootFingerprint(nodeFileSystem, state)) ?? ''} is trusted\n`);
  }
  if (pushKey) {
    await enrollKey(nodeFileSystem, state, pushKey);
    process.stdout.write('the owner of this key may push over the network\n');
  }
}

/** Without a resident agent: this process is the agent for as long as it takes. */
async function alone<T>(config: AgentConfig, work: (agent: Agent) => Promise<T>): Promise<T> {
  await using opened = await openAgent(config, silentChildren);
  return await work(opened.agent);
}

const silentChildren = silentLog;

function tell(message: PushMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
  if (message.kind === 'result' && !isGood(message)) process.exitCode = 1;
}

function isGood({ result }: PushResult): boolean {
  return result === 'installed' || result === 'confirmed';
}

function headersFor(allowExpired: boolean): Readonly<Record<string, string>> {
  return allowExpired ? { [allowExpiredHeader]: '1' } : {};
}

async function reportIn(answer: AsyncIterable<Uint8Array>): Promise<DeviceReport> {
  const report = parseReport(Buffer.from(await textOf(answer)));
  if (report) return report;
  throw new FleetError('agent: answered what cannot be read');
}

async function textOf(answer: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of answer) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
