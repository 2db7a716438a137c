import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FakeTrtexec {
  readonly gpu?: string;
  readonly computeCapability?: string;
  readonly tensorrt?: string;
  /** Ends with this error instead of an engine. */
  readonly error?: string;
  /** Says nothing of itself, as another program of that name would. */
  readonly silent?: boolean;
  /** Waits for a minute before it builds, to be ended. */
  readonly patient?: boolean;
}

/**
 * Writes a program that talks as trtexec does and saves as engine what it was asked: a line of its arguments. It appends them to `calls.log` too
 * when it comes to building.
 */
export async function writeFakeTrtexec(
  dir: string,
  {
    gpu = 'Orin',
    computeCapability = '8.7',
    tensorrt = '10.3.0',
    error,
    silent = false,
    patient = false,
  }: FakeTrtexec = {},
): Promise<string> {
  const facts = [
    '=== Device Information ===',
    `Selected Device: ${gpu}`,
    'Selected Device ID: 0',
    `Compute Capability: ${computeCapability}`,
    'SMs: 8',
    `TensorRT version: ${tensorrt}`,
  ];
  const lines = silent ? [] : facts.map((line) => `[11/29/2026-10:00:00] [I] ${line}`);
  const path = join(dir, 'trtexec');
  const ending =
    error === undefined
      ? `value=\${1}; for argument in "$@"; do case $argument in --saveEngine=*) value=\${argument#*=} ;; esac; done
echo "$@" >> '${join(dir, 'calls.log')}'
printf 'engine of %s' "$*" > "$value"
echo '[11/29/2026-10:00:09] [I] Engine built in 8.1 sec.'`
      : `echo '[11/29/2026-10:00:01] [E] ${error}' >&2; exit 1`;
  const script = `#!/bin/bash
${lines.map((line) => `echo '${line}'`).join('\n')}
${patient ? 'exec 9<> <(:); read -r -t 60 -u 9 # no child that would live on' : ''}
${ending}
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}
