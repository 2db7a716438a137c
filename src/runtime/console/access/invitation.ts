import { toString as toQrCode } from 'qrcode';
import { isLoopback } from './addresses.js';
import type { Tokens } from './tokens.js';

export interface InvitationOptions {
  /** Best first. */
  readonly addresses: readonly string[];
  readonly host: string;
  readonly tokens: Tokens;
  /** The first address as a QR code, where others than this machine can reach it. */
  readonly qrCode: boolean;
}

/**
 * What a person needs to open the console, for their terminal alone. The token stands in the address' fragment, which
 * browsers keep to themselves: it reaches no log, no proxy and no `Referer`.
 */
export async function invitation({ addresses, host, tokens, qrCode }: InvitationOptions): Promise<string> {
  const [first = ''] = addresses;
  const lines = [
    ...addresses.map(
      (address, index) => `${index === 0 ? 'console ' : '        '}${address}#${tokens.command}`,
    ),
    `        to watch only: ${first}#${tokens.view}`,
  ];
  if (!qrCode || isLoopback(host)) return `${lines.join('\n')}\n`;
  // with its own colours: on a dark terminal a plain one would be a negative, which not every camera reads
  const code = await toQrCode(`${first}#${tokens.command}`, {
    ...{ type: 'terminal', small: true, errorCorrectionLevel: 'L' },
  });
  return `${lines.join('\n')}\n${code}\n`;
}
