import { executionProviders, type ExecutionProvider } from '../../inference/execution-provider.js';
import { trialTolerance } from '../../inference/provider-trial.js';
import { openWorkerTracker } from '../../worker/worker-tracker.js';
import { findings, type Check, type DoctorContext, type Finding } from '../finding.js';

const { ok, note, warning, problem } = findings('model');

/** Opens the model on every execution provider and runs it: that one is listed somewhere says nothing. */
export const checkProviders: Check = {
  about: 'model',
  examine: async (context) => {
    const results: Finding[] = [];
    // one after the other: they would fight for the same memory
    for (const provider of executionProviders) results.push(await examineProvider(provider, context));
    return results;
  },
};

async function examineProvider(
  provider: ExecutionProvider,
  { config, defaultModel, signal }: DoctorContext,
): Promise<Finding> {
  const modelDir = config?.model.path ?? defaultModel;
  const wished = config?.model.providers.includes(provider) ?? provider === 'cpu';
  try {
    const start = performance.now();
    // opening warms up: the model has run on a picture when this resolves
    await using tracker = await openWorkerTracker({ modelDir, providers: [provider], signal });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const { contract, providerReport } = tracker.model;
    const checked = provider === 'cpu' ? '' : `, within ${trialTolerance(contract)} of the CPU's answers`;
    const text = `${provider}: ${contract.name} ${contract.precision} runs${checked}, open in ${seconds} s`;
    if (providerReport.some(({ outcome }) => outcome === 'partly')) {
      return warning(`${text}, but a part of it on the CPU`, `a model made for ${provider} runs there whole`);
    }
    return ok(text);
  } catch (error) {
    signal.throwIfAborted();
    const text = `${provider}: ${error instanceof Error ? error.message : String(error)}`;
    return wished ? problem(text, fixFor(provider)) : note(text.replaceAll(/\s+/g, ' ').slice(0, 200));
  }
}

function fixFor(provider: ExecutionProvider): string {
  if (provider === 'cpu') return 'check model.path; a folder with contract.json and both graphs is needed';
  return `take ${provider} out of model.providers, or on an x64 workstation run scripts/enable-cuda.sh; on a Jetson build onnxruntime on the device: docs/jetson.md`;
}
