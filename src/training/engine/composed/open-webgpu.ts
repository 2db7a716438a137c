import * as tf from '@tensorflow/tfjs';
import { TrainingError } from '../../../core/errors.js';
import type { EngineOpener } from '../types.js';
import { composeEngine, importOptional, refuseBf16, useBackend } from './engine.js';

interface Dawn {
  create(options: readonly string[]): object;
  readonly globals: object;
}

/** WebGPU through Dawn, where the packages `webgpu` and `@tensorflow/tfjs-backend-webgpu` are installed and a Vulkan driver is. */
export const openWebGpu: EngineOpener = async ({ precision }) => {
  refuseBf16(precision, 'the WebGPU backend');
  const dawn = (await importOptional('webgpu')) as unknown as Dawn;
  // Node 20 has no navigator, where tfjs looks for the device
  Object.assign(globalThis, dawn.globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn.create([]) }, configurable: true });
  await importOptional('@tensorflow/tfjs-backend-webgpu');
  try {
    await useBackend('webgpu');
  } catch (cause) {
    Reflect.deleteProperty(globalThis, 'navigator');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrainingError(`tfjs' WebGPU backend does not work here: ${reason}`, { cause });
  }
  return composeEngine('webgpu', `tfjs ${tf.version_core} on WebGPU (Dawn), fp32`);
};
