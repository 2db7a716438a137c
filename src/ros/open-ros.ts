import type { RosOptions } from '../core/ros/options.js';
import type { RosBackend } from './backend.js';
import { ManagedParticipant } from './lifecycle/managed-participant.js';
import { RosNode, type RosNodeContext } from './node/ros-node.js';
import { serveParameters } from './parameters/parameter-services.js';
import type { NodeParameters } from './parameters/parameter.js';

export interface RosContext extends RosNodeContext {
  /** What `ros2 param` shows and sets; without it there are no parameters. */
  readonly parameters?: NodeParameters;
}

/**
 * Opens the tracker's node.
 * @throws UsageError for a missing middleware, a network it cannot use.
 */
export async function openRos(
  backend: RosBackend,
  options: RosOptions,
  context: RosContext,
): Promise<RosNode> {
  const { name, namespace, remap, autostart } = options;
  const { control, log, parameters } = context;
  const participant = await backend.open({ name, namespace, remap: remapOf(remap) }, log);
  try {
    if (parameters) serveParameters(participant, parameters); // in every state of the lifecycle
    const onCleanup = (): void => {
      void control.execute({ kind: 'stop' }, { kind: 'ros', name: 'lifecycle' });
    };
    return new RosNode(new ManagedParticipant(participant, { autostart, log, onCleanup }), options, context);
  } catch (error) {
    await participant.close();
    throw error;
  }
}

/** `from:=to`, each. */
export function remapOf(rules: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(rules.map((rule) => rule.split(':=') as [string, string]));
}
