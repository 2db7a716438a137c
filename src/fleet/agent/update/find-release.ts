import { FleetError } from '../../../core/errors.js';
import type { Log } from '../../../core/ports/log.js';
import { chooseRelease, type DeviceTraits, whyNot } from '../../audience.js';
import { parseRelease, type Release } from '../../release.js';
import type { TrustedRepository, TrustedTarget } from '../trust/refresh.js';

/** A release, and the file that holds it. */
export type Offer = Release & { readonly target: TrustedTarget };

export interface Offers {
  /** What the device is to run; null when nothing concerns it. */
  readonly chosen: Offer | null;
  /** Why the newest release of its model does not concern it; null when it does, or there is none. */
  readonly reason: string | null;
}

/** Looks for what a trusted repository has for this device. */
export function findRelease(
  { targets }: TrustedRepository,
  model: string,
  device: DeviceTraits,
  log: Log,
): Offers {
  const offers = targets.flatMap((target): Offer[] => {
    try {
      return [{ ...parseRelease(target.path, target.custom), target }];
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      log.debug({ err: error }, 'a target is passed over'); // from a later version of the publisher
      return [];
    }
  });
  const chosen = chooseRelease(offers, model, device);
  const ofModel = offers.filter((offer) => offer.model === model);
  const newest = ofModel.reduce<Offer | null>(
    (best, it) => (it.release > (best?.release ?? 0) ? it : best),
    null,
  );
  const against = newest && whyNot(newest, device);
  const none = newest ? null : `the repository has no release of "${model}"`;
  return { chosen, reason: against === null || !newest ? none : `${model} ${newest.version} ${against}` };
}
