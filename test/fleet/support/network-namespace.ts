import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import type { ExecutionContext } from 'ava';

/** A machine's network beside this one's: one cable leads there, and nothing beyond. */
export interface NetworkNamespace {
  /** Its end of the cable. */
  readonly address: string;
  /** Before a command, has it run there. */
  readonly inside: readonly string[];
}

/** Null, with a word why, where this user may not make one. */
export function openNetworkNamespace(t: ExecutionContext): NetworkNamespace | null {
  const name = `tagalong-${process.pid}-${randomInt(1000)}`;
  const ip = (...args: string[]): void => {
    execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  try {
    ip('netns', 'add', name);
  } catch (error) {
    t.log(`skipped: no network namespace (${String(error).split('\n').at(-1)})`);
    t.pass();
    return null;
  }
  t.teardown(() => {
    ip('netns', 'del', name); // and the cable with it
  });
  const [cable, net] = [`tg${randomInt(1e9)}`, `10.213.${randomInt(256)}`];
  ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  ip('addr', 'add', `${net}.1/30`, 'dev', cable);
  ip('link', 'set', cable, 'up');
  ip('-n', name, 'addr', 'add', `${net}.2/30`, 'dev', 'eth0');
  for (const device of ['lo', 'eth0']) ip('-n', name, 'link', 'set', device, 'up');
  return { address: `${net}.2`, inside: ['ip', 'netns', 'exec', name] };
}
