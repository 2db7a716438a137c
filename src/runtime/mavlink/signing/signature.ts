import { timingSafeEqual } from 'node:crypto';
import { MavLinkPacketSignature } from 'node-mavlink';
import { signatureLength, type MavlinkFrame } from '../codec/frame.js';

/** Largest timestamp of a signature: 48 bits. */
export const maxTimestamp = 2 ** 48 - 1;

/** What the receiver of a signature goes by. */
export interface SignatureHeader {
  /** Chosen by the sender, one for each of its links: 0..255. */
  readonly linkId: number;
  /** In 10 us since 2015-01-01 UTC. */
  readonly timestamp: number;
}

/** The packet with its signature behind it. `packet` must have been encoded as signed. */
export function sign(packet: Buffer, key: Buffer, { linkId, timestamp }: SignatureHeader): Buffer {
  const signed = Buffer.concat([packet, Buffer.alloc(signatureLength)]);
  const signature = new MavLinkPacketSignature(signed);
  signature.linkId = linkId;
  signature.timestamp = timestamp;
  signature.signature = signature.calculate(key);
  return signed;
}

/** What a signed packet says of its signature; null when the signature is not of this key. */
export function checkSignature({ bytes }: MavlinkFrame, key: Buffer): SignatureHeader | null {
  const signature = new MavLinkPacketSignature(bytes);
  const [given, right] = [signature.signature, signature.calculate(key)].map((hex) =>
    Buffer.from(hex, 'hex'),
  );
  if (!timingSafeEqual(given!, right!)) return null;
  return { linkId: signature.linkId, timestamp: signature.timestamp };
}

/** Now, as signatures tell the time. 0 on a machine whose clock stands before 2015. */
export function signatureTime(nowMs: number): number {
  return Math.min(maxTimestamp, Math.max(0, Math.floor((nowMs - Date.UTC(2015, 0, 1)) * 100)));
}
