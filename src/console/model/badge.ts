import type { ConsoleStatus } from '../../core/console/server-messages.js';
import type { DrawnPicture, Phase } from './store.js';

/** What the big badge says. The last four are not the tracker's words but say why there are none. */
export type Badge =
  'tracking' | 'coasting' | 'lost' | 'idle' | 'paused' | 'silent' | 'waiting' | 'picture' | 'offline';

export interface BadgeFacts {
  readonly phase: Phase;
  readonly status: ConsoleStatus | null;
  readonly picture: DrawnPicture | null;
  readonly nowMs: number;
}

/** A picture that is older is not the present. */
export const staleMs = 2000;

/**
 * The state of the picture that is seen, as long as it is the present: badge, box and picture never disagree. An old picture
 * says nothing about now.
 */
export function badgeOf({ phase, status, picture, nowMs }: BadgeFacts): Badge {
  if (phase !== 'open') return 'offline';
  if (!picture) return status?.sample.state === 'starting' || !status ? 'waiting' : 'picture';
  if (nowMs - picture.atMs > staleMs) return 'picture';
  if (status?.sample.state === 'paused') return 'paused';
  return picture.header.track?.state ?? 'silent';
}

/** The word on the badge, and what it means. */
export const badgeWords: Readonly<Record<Badge, { readonly word: string; readonly meaning: string }>> = {
  tracking: { word: 'Tracking', meaning: 'The target is seen.' },
  coasting: { word: 'Coasting', meaning: 'The target is not seen; its box is a prediction.' },
  lost: { word: 'Lost', meaning: 'The target is neither seen nor predictable.' },
  idle: { word: 'No target', meaning: 'Draw a box around something, or tap it.' },
  paused: { word: 'Paused', meaning: 'The target is kept, but not looked for.' },
  silent: { word: 'No answer', meaning: 'The tracker has not answered for this picture.' },
  waiting: { word: 'Starting', meaning: 'Waiting for the first picture.' },
  picture: { word: 'No picture', meaning: 'No new picture comes: what is seen is the past.' },
  offline: { word: 'Offline', meaning: 'No connection to the device: nothing here is the present.' },
};
