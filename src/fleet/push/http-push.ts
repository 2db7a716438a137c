import { sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { deviceId } from '../release.js';

/**
 * Push by HTTP. `GET challengePath` answers a `PushChallenge`; `POST pushPath` carries the archive, and in the headers
 * its sha256 (hex), the nonce, and the signature (base64) over `signedText` by the ed25519 key whose public half was
 * enrolled in the agent. A nonce serves once, for a minute. The answer is lines of `PushMessage`. Contents need no
 * secrecy, and are checked by their own signatures: this only says who may put a device to work.
 */
export const challengePath = '/v1/push/challenge';
export const pushPath = '/v1/push';
export const pushHeaders = {
  sha256: 'x-tagalong-sha256',
  nonce: 'x-tagalong-nonce',
  signature: 'x-tagalong-signature',
} as const;

export const pushChallengeSchema = z.object({
  device: deviceId,
  nonce: z.string().regex(/^[A-Za-z0-9_-]{16,128}$/, 'must be base64url'),
});

export type PushChallenge = z.infer<typeof pushChallengeSchema>;

export function signPush(key: KeyObject, challenge: PushChallenge, sha256: string): string {
  return sign(null, signedText(challenge, sha256), key).toString('base64');
}

export function verifyPush(
  key: KeyObject,
  challenge: PushChallenge,
  sha256: string,
  signature: string,
): boolean {
  return verify(null, signedText(challenge, sha256), key, Buffer.from(signature, 'base64'));
}

function signedText({ device, nonce }: PushChallenge, sha256: string): Buffer {
  return Buffer.from(`tagalong-push/1\n${device}\n${nonce}\n${sha256}\n`);
}
