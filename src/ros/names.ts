import type { NodeIdentity } from './backend.js';

/**
 * The whole name of a topic or service: relative names stand in the node's namespace, `~/name` below the node itself; then
 * the remapping is looked up, whose names are understood in the same way.
 */
export function resolveName(topic: string, identity: NodeIdentity): string {
  const whole = expand(topic, identity);
  for (const [from, to] of Object.entries(identity.remap ?? {})) {
    if (expand(from, identity) === whole) return expand(to, identity);
  }
  return whole;
}

function expand(topic: string, { name, namespace }: NodeIdentity): string {
  if (topic.startsWith('/')) return topic;
  const base = namespace === '/' ? '' : namespace;
  return topic.startsWith('~/') ? `${base}/${name}/${topic.slice(2)}` : `${base}/${topic}`;
}
