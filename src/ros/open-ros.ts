import type { RosOptions } from '../core/ros/options.js';
import type { RosBackend } from './backend.js';
import { ManagedParticipant } from './lifecycle/managed-participant.js';
import { RosNode, type RosNodeContext } from './node/ros-node.js';

/**
 * Opens the tracker's node.
 * @throws UsageError for a missing middleware, a network it cannot use.
 */
export async function openRos(
  backend: RosBackend,
  options: RosOptions,
  context: RosNodeContext,
): Promise<RosNode> {
  const { name, namespace, remap, autostart } = options;
  const { control, log } = context;
  const participant = await backend.open({ name, namespace, remap: remapOf(remap) }, log);
  try {
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
