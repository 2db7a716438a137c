import type { RosOptions } from '../core/ros/options.js';
import { chooseBackend, type ChosenBackend } from './choose-backend.js';
import { rosEnvironment } from './environment.js';

export type Variables = Readonly<Record<string, string | undefined>>;
export type BackendOptions = Pick<RosOptions, 'backend' | 'graph' | 'domainId'>;

/**
 * The way into ROS 2 that is configured; it serves all nodes of the process.
 * @param variables the environment: ROS_DOMAIN_ID, ROS_LOCALHOST_ONLY, ROS_AUTOMATIC_DISCOVERY_RANGE, CYCLONEDDS_URI, ROS_DISTRO.
 * @throws UsageError for a variable that cannot be, a backend that is not there.
 */
export function openBackend(
  { backend, graph, domainId }: BackendOptions,
  given: Variables = process.env,
): ChosenBackend {
  const variables = domainId === undefined ? given : { ...given, ROS_DOMAIN_ID: String(domainId) };
  const { distro } = rosEnvironment(variables);
  const spoken = distro === 'humble' ? 'humble' : 'iron-or-later';
  return chooseBackend({ choice: backend, variables, graph: graph === 'auto' ? spoken : graph });
}
