import * as tf from '@tensorflow/tfjs';
import { TrainingError } from '../../../core/errors.js';
import type { EngineOpener } from '../types.js';
import { composeEngine, importOptional, refuseBf16, useBackend } from './engine.js';

/** TensorFlow on CUDA, where `@tensorflow/tfjs-node-gpu` is installed and finds a device. */
export const openTfjsNodeGpu: EngineOpener = async ({ precision }) => {
  refuseBf16(precision, 'tfjs-node-gpu');
  await importOptional('@tensorflow/tfjs-node-gpu');
  await useBackend('tensorflow');
  const backend = tf.backend() as { readonly isUsingGpuDevice?: boolean };
  if (backend.isUsingGpuDevice !== true) throw new TrainingError('TensorFlow finds no CUDA device');
  return composeEngine('tfjs-node-gpu', `tfjs-node-gpu, tfjs ${tf.version_core}, CUDA, fp32`);
};

/** TensorFlow on the CPU, where `@tensorflow/tfjs-node` is installed. It takes its number of threads from the machine. */
export const openTfjsNode: EngineOpener = async ({ precision }) => {
  refuseBf16(precision, 'tfjs-node');
  await importOptional('@tensorflow/tfjs-node');
  await useBackend('tensorflow');
  return composeEngine(
    'tfjs-node',
    `tfjs-node, tfjs ${tf.version_core}, fp32, threads as TensorFlow chooses`,
  );
};
