import type { QoS } from 'rclnodejs';
import type { QosMismatch, QosProfile } from '../backend.js';
import type { Rcl } from './load.js';

/** The same in rclnodejs's words. */
export function rclQos(rcl: Rcl, { reliability, durability, depth }: QosProfile): QoS {
  const { HistoryPolicy, ReliabilityPolicy, DurabilityPolicy } = rcl.QoS;
  return new rcl.QoS(
    HistoryPolicy.RMW_QOS_POLICY_HISTORY_KEEP_LAST,
    depth,
    reliability === 'reliable'
      ? ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_RELIABLE
      : ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT,
    durability === 'transient-local'
      ? DurabilityPolicy.RMW_QOS_POLICY_DURABILITY_TRANSIENT_LOCAL
      : DurabilityPolicy.RMW_QOS_POLICY_DURABILITY_VOLATILE,
  );
}

/** What the graph says of an endpoint, of which the types say nothing: rmw's numbers. */
interface Endpoint {
  readonly qos_profile: { readonly reliability: number; readonly durability: number };
}

/**
 * Who does not get what is offered. rclnodejs 2.2 has events for this, but exports no way to ask for them, so the rules of DDS
 * are applied to what the graph tells.
 */
export function mismatchOf(
  rcl: Rcl,
  pairs: readonly { readonly offered: object; readonly requested: object }[],
): QosMismatch {
  const { RMW_QOS_POLICY_RELIABILITY_RELIABLE: reliable } = rcl.QoS.ReliabilityPolicy;
  const { RMW_QOS_POLICY_DURABILITY_TRANSIENT_LOCAL: transientLocal } = rcl.QoS.DurabilityPolicy;
  const policies = pairs.flatMap((pair) => {
    const { qos_profile: offered } = pair.offered as Endpoint;
    const { qos_profile: requested } = pair.requested as Endpoint;
    const asksFor = (policy: 'reliability' | 'durability', value: number): boolean =>
      requested[policy] === value && offered[policy] !== value;
    if (asksFor('reliability', reliable)) return ['reliability'];
    return asksFor('durability', transientLocal) ? ['durability'] : [];
  });
  return { count: policies.length, policy: policies.at(-1) ?? null };
}
