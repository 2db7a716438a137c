import * as tf from '@tensorflow/tfjs';
import { TrainingError, UsageError } from '../../../core/errors.js';
import type { EngineName, OpenedEngine, Precision } from '../types.js';
import { updateAdam } from '../update-adam.js';
import { batchNormRelu } from './batch-norm-relu.js';
import { composedStack } from './stack.js';

/** An engine over the current backend of tfjs, whatever it is, from public operations alone. */
export function composeEngine(name: EngineName, detail: string): OpenedEngine {
  return {
    name,
    detail,
    precision: 'fp32',
    tf,
    convStack: (x, layers, parameters, options) =>
      composedStack(batchNormRelu, x, layers, parameters, options),
    batchNormRelu,
    adamStep(parameter, gradient, moments, options) {
      const values = parameter.dataSync<'float32'>().slice();
      updateAdam(values, gradient.dataSync<'float32'>(), moments, options);
      const updated = tf.tensor(values, parameter.shape);
      parameter.assign(updated);
      updated.dispose();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Imports a package that need not be installed. */
export async function importOptional(name: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(name)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new TrainingError(
      isMissing ? `package ${name} is not installed` : `package ${name} does not load: ${reason}`,
      { cause },
    );
  }
}

/** Makes `backend` the backend of tfjs and checks that it computes and can be read synchronously, as training does. */
export async function useBackend(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend)))
    throw new TrainingError(`tfjs could not start its backend "${backend}"`);
  await tf.ready();
  const [sum] = tf.tidy(() => tf.add(tf.tensor1d([1]), 1).dataSync());
  if (sum !== 2) throw new TrainingError(`backend "${backend}" of tfjs finds that 1 + 1 = ${sum}`);
}

export function refuseBf16(precision: 'auto' | Precision, library: string): void {
  if (precision === 'bf16') throw new UsageError(`precision "bf16": ${library} trains in fp32 only`);
}
