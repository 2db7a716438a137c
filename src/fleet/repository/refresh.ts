import { Root, type Metadata } from '@tufjs/models';
import { signed } from './advance.js';
import type { RepositoryState } from './metadata-folder.js';
import type { Publisher } from './publisher.js';
import { expiryAfter } from './roles.js';

/**
 * Signs the timestamp and the snapshot anew, so that devices go on believing the repository; the targets too when more
 * than half of their time is over. To be done by a timer.
 */
export async function refresh(publisher: Publisher): Promise<RepositoryState> {
  return publisher.exclusively(async (state) => {
    const now = publisher.now();
    const { expires } = state.targets.signed;
    const left = (new Date(expires).getTime() - now.getTime()) / 86_400_000;
    const due = left < publisher.lifetimes.targets / 2;
    return publisher.advance(state, {
      signers: {
        targets: due ? [await publisher.signer(state, 'targets')] : undefined,
        snapshot: [await publisher.signer(state, 'snapshot')],
        timestamp: [await publisher.signer(state, 'timestamp')],
      },
    });
  });
}

/** Signs root anew with its own keys, to expire later. */
export async function refreshRoot(publisher: Publisher): Promise<Metadata<Root>> {
  return publisher.exclusively(async (state) => {
    const root = nextRoot(publisher, state);
    const metadata = signed(root, await publisher.rootSigners(state));
    await publisher.folder.write(metadata);
    return metadata;
  });
}

/** A copy of root with the next version and a new date, to be changed and signed. */
export function nextRoot({ now, lifetimes }: Publisher, { root }: RepositoryState): Root {
  const copy = Root.fromJSON(root.signed.toJSON());
  return new Root({
    version: copy.version + 1,
    expires: expiryAfter(now(), lifetimes.root),
    specVersion: copy.specVersion,
    keys: copy.keys,
    roles: copy.roles,
    consistentSnapshot: true,
  });
}
