import { join } from 'node:path';

/** A fleet's folder. `repository` is what is served, copied or carried; the rest stays with the operator. */
export interface FleetLayout {
  readonly repository: string;
  readonly metadata: string;
  readonly targets: string;
  /** Of the online roles. */
  readonly keys: string;
  /** For the agents that listen for pushes (PEM). */
  readonly pushPublicKey: string;
  /** Where the root keys are made; to be carried away. */
  readonly rootKeys: string;
}

export function fleetLayout(dir: string): FleetLayout {
  const repository = join(dir, 'repository');
  return {
    repository,
    metadata: join(repository, 'metadata'),
    targets: join(repository, 'targets'),
    keys: join(dir, 'keys'),
    pushPublicKey: join(dir, 'push.pub.pem'),
    rootKeys: join(dir, 'root-keys'),
  };
}

/** Where a target lies with consistent snapshots: the hash before its file name. */
export function consistentPath(path: string, sha256: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}${sha256}.${path.slice(slash)}`;
}
