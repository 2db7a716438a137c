import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { UsageError } from '../../../core/errors.js';
import type { ConsoleRole } from '../../../core/console/server-messages.js';
import type { ConsoleOptions } from '../options.js';

/** What opens the console, for each role. */
export type Tokens = Readonly<Record<ConsoleRole, string>>;

/** Shorter ones could be guessed. */
const shortestToken = 12;

/** 120 bits, in letters that read well on a screen and in a QR code. */
export function createToken(): string {
  return randomBytes(15).toString('base64url');
}

/**
 * The tokens in the configured files, else `fallback`'s. A file that is not there is made, readable for its owner alone.
 * @throws UsageError when a file cannot be read or made, or its token is too short.
 */
export async function readTokens(
  { commandTokenFile, viewTokenFile }: Pick<ConsoleOptions, 'commandTokenFile' | 'viewTokenFile'>,
  fallback: Tokens,
): Promise<Tokens> {
  const read = (option: string, file: string | undefined, token: string): Promise<string> =>
    file === undefined ? Promise.resolve(token) : readToken(`console.${option}`, file, token);
  const [command, view] = await Promise.all([
    read('commandTokenFile', commandTokenFile, fallback.command),
    read('viewTokenFile', viewTokenFile, fallback.view),
  ]);
  if (command === view) throw new UsageError('console: the two tokens must differ');
  return { command, view };
}

/** The role a token opens; null when it is none. Takes the same time whatever is wrong with it. */
export function roleOfToken(tokens: Tokens, token: string): ConsoleRole | null {
  const command = same(tokens.command, token);
  const view = same(tokens.view, token);
  if (command) return 'command';
  return view ? 'view' : null;
}

function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

async function readToken(option: string, file: string, made: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return makeFile(option, file, made);
    throw new UsageError(`${option} "${file}": ${message}`, { cause });
  });
  const token = text.split('\n', 1)[0]!.trim();
  if (token.length >= shortestToken && token.length <= 200) return token;
  throw new UsageError(`${option} "${file}": its first line must have ${shortestToken} to 200 characters`);
}

async function makeFile(option: string, file: string, token: string): Promise<string> {
  try {
    await using handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${token}\n`);
    return token;
  } catch (cause) {
    throw new UsageError(`${option} "${file}": ${(cause as Error).message}`, { cause });
  }
}
