import * as tf from '@tensorflow/tfjs';
import type { WasmHeap } from './heap.js';
import type { Kernel } from './kernel-overrides.js';

type Shape4 = [number, number, number, number];
type ConvolutionInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/**
 * Gradient of a convolution's filter, which the backend lacks: for each tap the product of the inputs it saw, transposed,
 * and the gradient of the output.
 */
export function convolutionFilterGradient(heap: WasmHeap): Kernel {
  return ({ inputs, attrs }) => {
    const [x, dy] = [inputs['x']!, inputs['dy']!];
    const filterShape = attrs['filterShape'] as Shape4;
    const info = tf.backend_util.computeConv2DInfo(
      x.shape as Shape4,
      filterShape,
      attrs['strides'] as number,
      1,
      attrs['pad'] as 'same' | 'valid',
      attrs['dimRoundingMode'] as undefined,
    );
    const rows = info.batchSize * info.outHeight * info.outWidth;
    const seen = heap.output([1, rows, info.inChannels]);
    const result = heap.output(filterShape);
    const flatDy = { ...dy, shape: [1, rows, info.outChannels] };
    const tapSize = info.inChannels * info.outChannels;
    for (let tap = 0; tap < info.filterHeight * info.filterWidth; tap++) {
      gatherTap(heap, info, x, seen, tap);
      const product = multiply(seen, flatDy);
      heap.floats(result).set(heap.floats(product), tap * tapSize);
      tf.backend().disposeData(product.dataId);
    }
    tf.backend().disposeData(seen.dataId);
    return result;
  };
}

/** Row i of `seen` becomes what tap number `tap` of the filter multiplies for output pixel i: zeros outside the image. */
function gatherTap(
  heap: WasmHeap,
  info: ConvolutionInfo,
  x: tf.TensorInfo,
  seen: tf.TensorInfo,
  tap: number,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const top = Math.floor(tap / info.filterWidth) - padInfo.top;
  const left = (tap % info.filterWidth) - padInfo.left;
  const [from, to] = [heap.floats(x), heap.floats(seen)];
  let written = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      const y = row * strideHeight + top;
      for (let column = 0; column < outWidth; column++, written += inChannels) {
        const xx = column * strideWidth + left;
        if (y < 0 || y >= inHeight || xx < 0 || xx >= inWidth) {
          to.fill(0, written, written + inChannels);
          continue;
        }
        const pixel = ((image * inHeight + y) * inWidth + xx) * inChannels;
        for (let c = 0; c < inChannels; c++) to[written + c] = from[pixel + c]!;
      }
    }
  }
}

function multiply(a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const backend = tf.backend();
  const { kernelFunc } = tf.getKernel('BatchMatMul', 'wasm');
  const attrs = { transposeA: true, transposeB: false };
  return kernelFunc({ inputs: { a, b }, attrs, backend }) as tf.TensorInfo;
}
