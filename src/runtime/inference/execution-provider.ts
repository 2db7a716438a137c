import { InferenceError, ModelError, UsageError } from '../../core/errors.js';
import { ProviderTrialError } from './provider-trial.js';

/** What can execute a graph, named as onnxruntime names it. */
export const executionProviders = ['tensorrt', 'cuda', 'cpu'] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

/** What became of one wish. */
export interface ProviderOutcome {
  readonly provider: ExecutionProvider;
  /** `partly`: some nodes run on the CPU, because the provider does not know them. `skipped`: an earlier one was used. */
  readonly outcome: 'used' | 'partly' | 'failed' | 'skipped';
  /** Why it failed; or what it had to do without, such as an engine that cannot be loaded; empty otherwise. */
  readonly reason: string;
}

export interface ProviderChoice<T> {
  readonly provider: ExecutionProvider;
  readonly report: readonly ProviderOutcome[];
  readonly opened: T;
}

export interface OpenAttempt {
  readonly provider: ExecutionProvider;
  /** False: opening must fail when any node would run on the CPU instead. */
  readonly allowCpuNodes: boolean;
}

/**
 * Tries an ordered wish list, best first, and says what is really used: onnxruntime moves nodes a provider does not
 * know to the CPU without a word, so each provider is first opened with that forbidden. `open` is to run the model too, and to throw a
 * ProviderTrialError when it answers otherwise than on the CPU.
 * @param noteOf what had to be done without, to stand in the report; empty for nothing
 * @throws UsageError for an empty list or a repeated name.
 * @throws ModelError when even the CPU cannot open it: then the graph is at fault.
 * @throws InferenceError when the CPU was not wished for and all others failed.
 */
export async function chooseProvider<T>(
  wishes: readonly ExecutionProvider[],
  open: (attempt: OpenAttempt) => Promise<T>,
  noteOf: (opened: T) => string = () => '',
): Promise<ProviderChoice<T>> {
  if (wishes.length === 0 || new Set(wishes).size !== wishes.length) {
    throw new UsageError(
      `providers "${wishes.join(',')}": name each of ${executionProviders.join(', ')} at most once`,
    );
  }
  const report: ProviderOutcome[] = [];
  for (const [index, provider] of wishes.entries()) {
    const attempt = await tryProvider(provider, open);
    const reason = 'opened' in attempt ? noteOf(attempt.opened) : attempt.reason;
    report.push({ provider, outcome: attempt.outcome, reason });
    if (!('opened' in attempt)) continue;
    for (const later of wishes.slice(index + 1))
      report.push({ provider: later, outcome: 'skipped', reason: '' });
    return { provider, report, opened: attempt.opened };
  }
  // every build of onnxruntime has the CPU: when that fails too, the graph is at fault
  const onCpu = report.find(({ provider }) => provider === 'cpu');
  if (onCpu) throw new ModelError(onCpu.reason);
  const reasons = report.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ');
  throw new InferenceError(
    `no execution provider of "${wishes.join(',')}" can be used (${reasons}); add cpu`,
  );
}

/** One line on what was wished for and is not used, best wish first; null when the first wish is used as a whole. */
export function describeFallback(report: readonly ProviderOutcome[]): string | null {
  const notes = report.flatMap(({ provider, outcome, reason }) => {
    if (outcome === 'failed') return [`${provider} not used: ${reason.replaceAll(/\s+/g, ' ')}`];
    const without = reason === '' ? [] : [`${provider}: ${reason.replaceAll(/\s+/g, ' ')}`];
    return outcome === 'partly' ? [...without, `${provider} runs a part of it, the CPU the rest`] : without;
  });
  return notes.length > 0 ? notes.join('; ') : null;
}

/** Checks a list that came as text. @throws UsageError quoting what is unknown. */
export function parseProviders(names: readonly string[]): ExecutionProvider[] {
  return names.map((name) => {
    const known = executionProviders.find((provider) => provider === name);
    if (known !== undefined) return known;
    throw new UsageError(`execution provider "${name}" is not one of ${executionProviders.join(', ')}`);
  });
}

type Attempt<T> =
  | { readonly outcome: 'used' | 'partly'; readonly opened: T }
  | { readonly outcome: 'failed'; readonly reason: string };

async function tryProvider<T>(
  provider: ExecutionProvider,
  open: (attempt: OpenAttempt) => Promise<T>,
): Promise<Attempt<T>> {
  if (provider !== 'cpu') {
    try {
      return { outcome: 'used', opened: await open({ provider, allowCpuNodes: false }) };
    } catch (error) {
      // with some nodes on the CPU it would still be wrong
      if (error instanceof ProviderTrialError) return { outcome: 'failed', reason: error.message };
      // either the provider is missing, or nodes are left for the CPU: the second try tells which
    }
  }
  try {
    const opened = await open({ provider, allowCpuNodes: true });
    return { outcome: provider === 'cpu' ? 'used' : 'partly', opened };
  } catch (error) {
    return { outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
