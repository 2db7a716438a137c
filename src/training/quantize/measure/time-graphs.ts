import type { OrtRuntime } from '../../engine/ort/binding.js';
import type { Feeds } from '../ranges/observe.js';
import { openGraphSession } from '../session/graph-session.js';

export interface TimeOptions {
  readonly rounds?: number;
  /** Clock in ms. */
  readonly now?: () => number;
}

/**
 * Median ms of one run of each graph, on one thread of this machine. A round runs every graph once, so that what disturbs the machine disturbs all:
 * the ratios are worth more than the numbers.
 */
export function timeGraphs(
  runtime: OrtRuntime,
  graphs: readonly Uint8Array[],
  feeds: Feeds,
  outputs: readonly string[],
  { rounds = 150, now = () => performance.now() }: TimeOptions = {},
): number[] {
  const sessions = graphs.map((graph, index) => openGraphSession(runtime, graph, `graph ${index}`));
  try {
    const times = sessions.map((): number[] => []);
    const warmUp = Math.ceil(rounds / 5);
    for (let round = -warmUp; round < rounds; round += 1) {
      for (const [index, session] of sessions.entries()) {
        const start = now();
        session.run(feeds, outputs);
        if (round >= 0) times[index]!.push(now() - start);
      }
    }
    return times.map((list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]!);
  } finally {
    for (const session of sessions) session[Symbol.dispose]();
  }
}
