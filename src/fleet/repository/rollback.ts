import { FleetError } from '../../core/errors.js';
import type { Channel } from '../release.js';
import type { Publisher } from './publisher.js';
import { releasesFor, releasesOf, type PublishedRelease } from './releases.js';

export interface RolledBack {
  readonly withdrawn: PublishedRelease;
  /** What devices that had it go back to. */
  readonly next: PublishedRelease;
}

/**
 * Withdraws the newest release of a model, of one channel where it is given: devices go back to the one before it.
 * @throws FleetError when there is none to withdraw, or none to go back to.
 */
export async function rollback(
  publisher: Publisher,
  which: { readonly model: string; readonly channel?: Channel | undefined },
): Promise<RolledBack> {
  return publisher.exclusively(async (state) => {
    const releases = releasesOf(state);
    const [withdrawn] = releasesFor(releases, which);
    const on = which.channel === undefined ? '' : ` on ${which.channel}`;
    if (!withdrawn) throw new FleetError(`rollback "${which.model}": nothing of it is published${on}`);
    const next = releasesFor(releases, { model: which.model }).find(
      ({ release, channel }) =>
        release < withdrawn.release && (withdrawn.channel === 'canary' || channel === 'stable'),
    );
    if (!next) {
      throw new FleetError(
        `rollback "${which.model}": ${withdrawn.version} is the only one${on}; publish one to go to instead`,
      );
    }
    const targets = Object.fromEntries(
      Object.entries(state.targets.signed.targets).filter(([path]) => path !== withdrawn.path),
    );
    await publisher.advance(state, {
      targets,
      signers: await publisher.onlineSigners(state),
    });
    return { withdrawn, next };
  });
}
