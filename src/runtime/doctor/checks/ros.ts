import { join } from 'node:path';
import { findings, type Check } from '../finding.js';
import { names } from '../system-files.js';

const { ok, note, warning } = findings('ros');

/** The ROS 2 environment of this shell. */
export const checkRos: Check = {
  about: 'ros',
  examine: async ({ environment, root }) => {
    const { ROS_DISTRO: distro, ROS_VERSION: version, RMW_IMPLEMENTATION: rmw } = environment;
    const { ROS_DOMAIN_ID: domain = '0' } = environment;
    const installed = await names(join(root, 'opt/ros'));
    if (distro === undefined) {
      if (installed.length === 0) return [note('ROS is not installed')];
      const text = `ROS ${installed.join(', ')} is installed, but this shell knows nothing of it`;
      return [note(text, `source /opt/ros/${installed[0]!}/setup.bash`)];
    }
    if (version === '1') return [warning(`ROS 1 (${distro})`, 'source a ROS 2 distribution')];
    if (!/^\d{1,3}$/.test(domain) || Number(domain) > 232) {
      return [
        warning(`ROS_DOMAIN_ID "${domain}" is no domain`, 'export ROS_DOMAIN_ID=0 (0 to 101 are safe)'),
      ];
    }
    return [ok(`ROS 2 ${distro}, ${rmw ?? 'its default middleware'}, domain ${domain}`)];
  },
};
