import { UsageError } from '../../../core/errors.js';

/** Where a queue is. */
export interface QueueAddress {
  readonly url: string;
  /** The same without its password: for messages. */
  readonly shown: string;
}

/** `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS. @throws UsageError */
export function parseQueueAddress(text: string): QueueAddress {
  const shown = text.replace(/:\/\/([^:/]*):.*@/, (_, user: string) => `://${user === '' ? '' : `${user}@`}`);
  const refuse = (): never => {
    throw new UsageError(
      `--queue "${shown}": must be redis://[user:password@]host[:port][/database], or rediss:// for TLS`,
    );
  };
  if (!URL.canParse(text)) return refuse();
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  if (!['redis:', 'rediss:'].includes(protocol) || hostname === '') return refuse();
  if (!/^\/?\d*$/.test(pathname) || search !== '' || hash !== '') return refuse();
  return { url: text, shown };
}
