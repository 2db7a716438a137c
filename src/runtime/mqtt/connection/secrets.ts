import { readFile } from 'node:fs/promises';
import { UsageError } from '../../../core/errors.js';
import type { MqttOptions } from '../options.js';

/** What a connection needs besides its options: read anew for each, so that renewed files count without a restart. */
export interface Secrets {
  readonly password?: string;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** @throws UsageError naming the option, for a file or variable that cannot be read. */
export async function readSecrets({ passwordFile, passwordEnvironment, tls }: MqttOptions): Promise<Secrets> {
  const password =
    passwordFile === undefined
      ? fromEnvironment(passwordEnvironment)
      : firstLine(await fromFile('mqtt.passwordFile', passwordFile));
  const [ca, cert, key] = await Promise.all([
    tls?.ca === undefined ? undefined : fromFile('mqtt.tls.ca', tls.ca),
    tls?.cert === undefined ? undefined : fromFile('mqtt.tls.cert', tls.cert),
    tls?.key === undefined ? undefined : fromFile('mqtt.tls.key', tls.key),
  ]);
  return {
    ...(password !== undefined && { password }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  };
}

async function fromFile(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw new UsageError(`${option} "${path}": ${reasons[code] ?? String(cause)}`, { cause });
  }
}

function fromEnvironment(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new UsageError(`mqtt.passwordEnvironment "${name}": the variable is not set`);
  }
  return value;
}

function firstLine(content: Buffer): string {
  return content.toString('utf8').split(/\r?\n/, 1)[0]!;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'permission denied',
  EISDIR: 'is a folder',
};
