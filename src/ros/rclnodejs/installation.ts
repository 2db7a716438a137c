import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UsageError } from '../../core/errors.js';

/** An installed rclnodejs that has a binary for the ROS of this shell. */
export interface RclInstallation {
  readonly version: string;
  readonly directory: string;
  /** The native addon that rclnodejs will load. */
  readonly binary: string;
  /** ROS_DISTRO. */
  readonly distro: string;
}

export interface RclSearch {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The folder of the installed package; null: not installed. */
  readonly directory?: string | null;
  /** VERSION_CODENAME of /etc/os-release. */
  readonly codename?: string | null;
  readonly arch?: string;
}

/**
 * Looks before anything is imported: rclnodejs compiles itself for minutes when it is imported without a binary that fits.
 * @throws UsageError saying what is missing and how to get it.
 */
export function findRclnodejs({
  variables,
  directory = installedDirectory(),
  codename = ubuntuCodename(),
  arch = process.arch,
}: RclSearch): RclInstallation {
  const { ROS_DISTRO: distro, ROS_VERSION: rosVersion, AMENT_PREFIX_PATH: prefixes } = variables;
  if (!distro || !prefixes) {
    const missing = distro ? 'AMENT_PREFIX_PATH' : 'ROS_DISTRO';
    throw new UsageError(`no ROS 2 is sourced (${missing} is not set): source /opt/ros/jazzy/setup.bash`);
  }
  if (rosVersion === '1') throw new UsageError(`ROS_DISTRO "${distro}" is ROS 1: source a ROS 2`);
  if (directory === null) {
    throw new UsageError(
      `rclnodejs is not installed: in a shell where ROS is sourced, npm install ${wanted}`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
    version: string;
  };
  if (!version.startsWith('2.')) {
    throw new UsageError(`rclnodejs ${version} is not one this was written for: npm install ${wanted}`);
  }
  const candidates = [
    `prebuilds/linux-${arch}/${distro}-${codename ?? 'unknown'}-${arch}-node-rclnodejs.node`,
    'build/Release/rclnodejs.node', // compiled here
  ];
  const binary = candidates.map((it) => join(directory, it)).find((it) => existsSync(it));
  if (binary === undefined) {
    throw new UsageError(
      `rclnodejs ${version} has no binary for ROS ${distro} on ${codename ?? 'this system'}, ${arch}: compile it once, ` +
        `in a shell where ROS is sourced: (cd ${directory} && npm run rebuild)`,
    );
  }
  return { version, directory, binary, distro };
}

const wanted = 'rclnodejs@2.2.0';

function installedDirectory(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('rclnodejs/package.json'));
  } catch {
    return null;
  }
}

/** As rclnodejs itself reads it; Debian has one, too, and no binary. */
function ubuntuCodename(): string | null {
  try {
    return /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]?.trim() ?? null;
  } catch {
    return null;
  }
}
