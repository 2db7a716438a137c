import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { FleetError } from '../../core/errors.js';
import type { Log } from '../../core/ports/log.js';
import { packageRoot } from '../package-root.js';
import type { AgentConfig } from './agent-config.js';

/**
 * Has a model proven by a process of its own: whatever a candidate does to it, down to a crash of the accelerator's driver, the agent goes on;
 * and what it takes of memory is given back.
 */
export function proveInChild(
  { proof, updateBudgetMs }: AgentConfig,
  log: Log,
): (folder: string, signal: AbortSignal) => Promise<void> {
  return async (folder, signal) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(proof.timeoutSeconds * 1000)]);
    const args = [
      ...[join(packageRoot, 'dist/src/cli/main.js'), 'agent', 'prove', folder],
      ...['--providers', proof.providers.join(','), '--threads', String(proof.threads)],
      ...['--budget', String(updateBudgetMs)],
    ];
    const { code, killedBy, stdout, stderr } = await runToEnd(args, limit);
    signal.throwIfAborted();
    if (limit.aborted) throw new FleetError(`took longer than ${proof.timeoutSeconds} s to prove`);
    if (code === 0) {
      log.info({ proof: JSON.parse(stdout) as unknown }, 'candidate proven');
      return;
    }
    const said =
      stderr
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^error: /, '') ?? '';
    if (killedBy !== null) throw new FleetError(`ended with ${killedBy} while it was proven`);
    throw new FleetError(said === '' ? `ended with code ${String(code)} while it was proven` : said);
  };
}

interface Ended {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runToEnd(args: readonly string[], signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-10_000)));
    child.on('error', (cause) => {
      if (!signal.aborted) reject(new FleetError(`cannot prove: ${cause.message}`, { cause }));
    });
    child.on('close', (code, killedBy) => {
      resolve({ code, killedBy, stdout, stderr });
    });
  });
}
