import { ProviderTrialError } from '../inference/provider-trial.js';
import { tryEngine } from '../inference/onnx-network.js';

/**
 * Opens an engine folder as the tracker would, and compares its answers with the CPU's answers of the model that it was built of.
 * @returns false where this onnxruntime has no TensorRT, so that nothing can be said.
 * @throws ProviderTrialError when it cannot be loaded, or answers otherwise.
 */
export async function checkEngine(engineDir: string, model: string): Promise<boolean> {
  try {
    await tryEngine(engineDir, model);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (isMissing(message)) return false;
    throw error instanceof ProviderTrialError
      ? error
      : new ProviderTrialError(`it cannot be loaded: ${message}`, { cause: error });
  }
}

/** What onnxruntime says when it was built without a provider, and when the provider's library is not installed. */
function isMissing(message: string): boolean {
  return /failed to load shared library|backend not found|not enabled in this build|provider is not (supported|available)|not compatible with any execution provider/i.test(
    message,
  );
}
