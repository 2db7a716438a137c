import { UsageError } from '../../core/errors.js';
import type { StackLayer, StackParameters } from './types.js';

/** Sides of an image tensor, NHWC. */
export type ImageSides = [batch: number, height: number, width: number, channels: number];

/**
 * Sides of the input of each layer, and of the last output.
 * @throws UsageError where parameters do not fit their layer, or an image shrinks to nothing.
 */
export function stackShapes(
  input: ImageSides,
  layers: readonly StackLayer[],
  parameters: readonly StackParameters[],
): ImageSides[] {
  if (layers.length === 0 || layers.length !== parameters.length) {
    throw new UsageError(`a stack of ${layers.length} layers was given parameters for ${parameters.length}`);
  }
  const shapes = [input];
  layers.forEach(({ channels, kernel, stride, padding }, i) => {
    const [batch, height, width, inChannels] = shapes[i]!;
    const expected = [kernel, kernel, inChannels, channels].join();
    if (parameters[i]!.filter.shape.join() !== expected) {
      throw new UsageError(
        `filter ${i} of the stack is [${parameters[i]!.filter.shape.join()}], its layer wants [${expected}]`,
      );
    }
    const side = (length: number): number => Math.floor((length + 2 * padding - kernel) / stride) + 1;
    const next: ImageSides = [batch, side(height), side(width), channels];
    if (next.some((length) => length < 1)) {
      throw new UsageError(`layer ${i} of the stack makes [${next.join()}] of [${shapes[i]!.join()}]`);
    }
    shapes.push(next);
  });
  return shapes;
}
