import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { IncomingMessage } from 'node:http';

/**
 * Whether a request names this machine. A page of somebody else's whose name was made to point here (DNS rebinding) names
 * its own: addresses cannot be made to point, so they are all right.
 */
export function isOwnHost(host: string | undefined, hosts: readonly string[]): boolean {
  if (host === undefined || !URL.canParse(`http://${host}/`)) return false;
  const { hostname: asked, username, pathname } = new URL(`http://${host}/`);
  if (username !== '' || pathname !== '/') return false;
  const name = asked.replace(/\.$/, '');
  if (isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return true;
  const own = hostname().toLowerCase();
  const known = ['localhost', own, `${own}.local`, ...hosts.map((it) => it.toLowerCase())];
  return known.includes(name);
}

/** Whether a request comes from the console's own page: browsers say so, and no page can lie about it. */
export function isSameOrigin({ headers: { origin, host } }: Pick<IncomingMessage, 'headers'>): boolean {
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: from } = new URL(origin);
  return (
    ['http:', 'https:'].includes(protocol) && from === new URL(`${protocol}//${host.toLowerCase()}/`).host
  );
}
