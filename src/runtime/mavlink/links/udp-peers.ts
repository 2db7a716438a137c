import type { RemoteInfo } from 'node:dgram';

/** A peer that has said nothing for so long is gone. */
const forgottenAfterMs = 30_000;
/** Ground stations and routers on one port; when there are more, the one that is silent longest is forgotten. */
const maxPeers = 16;

interface Peer {
  readonly address: string;
  readonly port: number;
  readonly heardAtMs: number;
}

/** Those who talk to a UDP port, and get what we say. */
export class UdpPeers {
  readonly #peers = new Map<string, Peer>();

  heard({ address, port }: RemoteInfo, nowMs: number): void {
    const key = keyOf({ address, port });
    this.#peers.delete(key); // to the end: the first one is silent longest
    this.#peers.set(key, { address, port, heardAtMs: nowMs });
    const [oldest] = this.#peers.keys();
    if (this.#peers.size > maxPeers && oldest !== undefined) this.#peers.delete(oldest);
  }

  has(peer: RemoteInfo): boolean {
    return this.#peers.has(keyOf(peer));
  }

  forget(peer: RemoteInfo): void {
    this.#peers.delete(keyOf(peer));
  }

  present(nowMs: number): readonly Peer[] {
    for (const [key, { heardAtMs }] of this.#peers) {
      if (nowMs - heardAtMs > forgottenAfterMs) this.#peers.delete(key);
    }
    return [...this.#peers.values()];
  }
}

function keyOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address} ${port}`;
}
