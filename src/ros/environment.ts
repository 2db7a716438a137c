import { UsageError } from '../core/errors.js';

/** What the environment says of ROS. */
export interface RosEnvironment {
  /** ROS_DOMAIN_ID, 0 to 232; only those of one domain see each other. */
  readonly domainId: number;
  /** ROS_AUTOMATIC_DISCOVERY_RANGE, or ROS_LOCALHOST_ONLY before Iron. */
  readonly range: 'subnet' | 'localhost' | 'off';
  /** CYCLONEDDS_URI. */
  readonly cycloneUri: string | undefined;
  /** ROS_DISTRO of a sourced installation. */
  readonly distro: string | undefined;
}

/** @throws UsageError naming the variable and quoting its value. */
export function rosEnvironment(variables: Readonly<Record<string, string | undefined>>): RosEnvironment {
  const value = (name: string): string | undefined => (variables[name] === '' ? undefined : variables[name]);
  return {
    domainId: domainId(value('ROS_DOMAIN_ID') ?? '0'),
    range: range(value('ROS_AUTOMATIC_DISCOVERY_RANGE'), value('ROS_LOCALHOST_ONLY')),
    cycloneUri: value('CYCLONEDDS_URI'),
    distro: value('ROS_DISTRO'),
  };
}

/** Above it the ports of DDS go past 65535. */
const lastDomain = 232;

function domainId(text: string): number {
  const id = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (id <= lastDomain) return id;
  throw new UsageError(`ROS_DOMAIN_ID "${text}": must be a whole number from 0 to ${lastDomain}`);
}

function range(text: string | undefined, localhostOnly: string | undefined): RosEnvironment['range'] {
  if (localhostOnly === '1') return 'localhost'; // as ROS has it, the old variable wins
  switch (text) {
    case undefined:
    case 'SUBNET':
    case 'SYSTEM_DEFAULT':
      return 'subnet';
    case 'LOCALHOST':
      return 'localhost';
    case 'OFF':
      return 'off';
    default:
      throw new UsageError(
        `ROS_AUTOMATIC_DISCOVERY_RANGE "${text}": must be SUBNET, LOCALHOST, OFF or SYSTEM_DEFAULT`,
      );
  }
}
