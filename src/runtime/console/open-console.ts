import { ConsoleServer, type ConsoleContext } from './console-server.js';
import { readStaticFiles } from './http/static-files.js';
import { readTokens, type Tokens } from './access/tokens.js';
import type { ConsoleOptions } from './options.js';

export interface OpenConsoleContext extends Omit<ConsoleContext, 'tokens' | 'files' | 'morePorts'> {
  /** Used where no file holds one. */
  readonly tokens: Tokens;
  /** Folder of the built page. */
  readonly pageDir: string;
  readonly morePorts?: number;
}

/** Opens the console. @throws UsageError for tokens that cannot be read, a page that is not built, a port that is taken. */
export async function openConsole(
  options: ConsoleOptions,
  { tokens, pageDir, morePorts = 0, ...context }: OpenConsoleContext,
): Promise<ConsoleServer> {
  const [known, files] = await Promise.all([readTokens(options, tokens), readStaticFiles(pageDir)]);
  return ConsoleServer.open(options, { ...context, tokens: known, files, morePorts });
}
