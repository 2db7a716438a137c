import { networkInterfaces } from 'node:os';

/** Where a page can be opened that is served on `host`: for every address its machine has, when it listens on all. */
export function reachableAddresses(host: string, port: number): string[] {
  return hostsOf(host).map((it) => `http://${it.includes(':') ? `[${it}]` : it}:${port}/`);
}

/** True when only programs on this machine reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function hostsOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const addresses = Object.values(networkInterfaces()).flatMap((it) => it ?? []);
  const outside = addresses.filter(({ internal, family }) => !internal && family === 'IPv4');
  return outside.length > 0 ? outside.map(({ address }) => address) : ['127.0.0.1'];
}
