import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { Log } from '../../core/ports/log.js';
import type { NodeIdentity, RosBackend, RosParticipant } from '../backend.js';
import type { RclInstallation } from './installation.js';
import { loadRclnodejs, type Rcl } from './load.js';
import { RclParticipant } from './rcl-participant.js';

export interface RclBackendOptions {
  readonly installation: RclInstallation;
  /** For people: RMW_IMPLEMENTATION; undefined: the ROS's own. */
  readonly middleware?: string | undefined;
  /** By default ROS_DOMAIN_ID. */
  readonly domainId?: number | undefined;
  readonly load?: (installation: RclInstallation) => Promise<Rcl>;
}

/** ROS 2 as it is installed: whatever middleware it has. */
export class RclBackend implements RosBackend {
  readonly #options: RclBackendOptions;

  constructor(options: RclBackendOptions) {
    this.#options = options;
  }

  async open(identity: NodeIdentity, log: Log): Promise<RosParticipant> {
    const { installation, middleware, domainId, load = loadRclnodejs } = this.#options;
    const { directory, distro, version } = installation;
    const rcl = await load(installation);
    if (!existsSync(join(directory, 'generated'))) {
      log.info(
        { directory },
        `rclnodejs makes its messages from those of ROS ${distro}: once, and it takes minutes`,
      );
    }
    // of its own: every node has its own remapping, and its own end
    const context = domainId === undefined ? new rcl.Context() : new rcl.Context(BigInt(domainId));
    try {
      await rcl.init(context, rosArguments(identity));
      const options = new rcl.NodeOptions();
      options.startParameterServices = false; // ours are the same on every backend
      const node = new rcl.Node(identity.name, identity.namespace, context, options);
      const detail = `rclnodejs ${version}, ROS ${distro}, ${middleware ?? 'its own middleware'}`;
      return new RclParticipant({ rcl, context, node, distro, detail, log });
    } catch (cause) {
      context.tryShutdown();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UsageError(`ROS node "${identity.name}": ${reason}`, { cause });
    }
  }
}

/** What rcl is told on its command line: the remapping, which it looks up for every name of the node. */
function rosArguments({ remap = {} }: NodeIdentity): string[] {
  const rules = Object.entries(remap).flatMap(([from, to]) => ['--remap', `${from}:=${to}`]);
  return rules.length > 0 ? ['tagalong', '--ros-args', ...rules] : ['tagalong'];
}
