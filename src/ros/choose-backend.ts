import { UsageError } from '../core/errors.js';
import type { RosBackend } from './backend.js';
import { DdsBackend } from './dds/dds-backend.js';
import { rosEnvironment } from './environment.js';
import { findRclnodejs, type RclInstallation } from './rclnodejs/installation.js';
import { RclBackend } from './rclnodejs/rcl-backend.js';

/** `auto`: rclnodejs where a ROS is sourced and rclnodejs installed for it, else DDS. */
export const backendChoices = ['auto', 'rclnodejs', 'dds'] as const;
export type BackendChoice = (typeof backendChoices)[number];

export interface ChosenBackend {
  readonly backend: RosBackend;
  readonly name: Exclude<BackendChoice, 'auto'>;
  /** One line for people: what was chosen, and why. */
  readonly why: string;
}

export interface BackendSearch {
  readonly choice: BackendChoice;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Which discovery messages the DDS backend speaks. */
  readonly graph: 'humble' | 'iron-or-later';
  readonly find?: (search: { variables: BackendSearch['variables'] }) => RclInstallation;
}

/** @throws UsageError when `rclnodejs` is asked for and cannot be had, or a variable of the environment cannot be. */
export function chooseBackend({
  choice,
  variables,
  graph,
  find = findRclnodejs,
}: BackendSearch): ChosenBackend {
  if (choice === 'dds') return dds('as ros.backend says');
  try {
    const installation = find({ variables });
    const { distro } = installation;
    const middleware = variables['RMW_IMPLEMENTATION'];
    const { domainId } = rosEnvironment(variables);
    const why = choice === 'auto' ? `ROS ${distro} is sourced` : 'as ros.backend says';
    return {
      backend: new RclBackend({ installation, middleware, domainId }),
      name: 'rclnodejs',
      why: `rclnodejs: ${why}`,
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (choice === 'rclnodejs') {
      throw new UsageError(`ros.backend "rclnodejs": ${error.message}`, { cause: error });
    }
    return dds(error.message);
  }

  function dds(reason: string): ChosenBackend {
    const backend = new DdsBackend({ environment: rosEnvironment(variables), graph });
    return { backend, name: 'dds', why: `DDS: ${reason}` };
  }
}
