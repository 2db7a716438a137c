import { DdsBackend } from './dds/dds-backend.js';
import { rosEnvironment } from './environment.js';
import type { RosOptions } from './node/options.js';
import { RosNode, type RosNodeContext } from './node/ros-node.js';

/**
 * Opens the ROS 2 node on DDS; no ROS installation is needed.
 * @param variables the environment: ROS_DOMAIN_ID, ROS_LOCALHOST_ONLY, ROS_AUTOMATIC_DISCOVERY_RANGE, CYCLONEDDS_URI.
 * @throws UsageError for a variable that cannot be, a missing CycloneDDS, a network it cannot use.
 */
export async function openRos(
  options: RosOptions,
  context: RosNodeContext,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<RosNode> {
  const { name, namespace, graph } = options;
  const backend = new DdsBackend({ environment: rosEnvironment(variables), graph });
  return new RosNode(await backend.open({ name, namespace }, context.log), options, context);
}
