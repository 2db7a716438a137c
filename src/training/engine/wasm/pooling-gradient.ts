import { type ConvolutionShape, poolingShape } from '../convolution-shape.js';
import type { WasmHeap } from './heap.js';
import type { Kernel } from './kernel-overrides.js';

/** Hands a gradient on to the greatest element of each window; the backend's own kernel is wrong where windows overlap. */
export function maxPoolGradient(heap: WasmHeap): Kernel {
  return gradient(heap, (x, dy, dx, windows) => {
    windows((pixels, output, channels) => {
      for (let c = 0; c < channels; c++) {
        let greatest = pixels[0]! + c;
        for (const pixel of pixels) if (x[pixel + c]! > x[greatest]!) greatest = pixel + c;
        dx[greatest]! += dy[output + c]!;
      }
    });
  });
}

/** Shares a gradient out among the pixels of each window; the backend's own kernel counts the padding, which its average does not. */
export function averagePoolGradient(heap: WasmHeap): Kernel {
  return gradient(heap, (_x, dy, dx, windows) => {
    windows((pixels, output, channels) => {
      for (const pixel of pixels) {
        for (let c = 0; c < channels; c++) dx[pixel + c]! += dy[output + c]! / pixels.length;
      }
    });
  });
}

/** Told the offsets of the pixels inside the image of one window, and of its output pixel. */
type Visit = (pixels: readonly number[], output: number, channels: number) => void;

function gradient(
  heap: WasmHeap,
  accumulate: (x: Float32Array, dy: Float32Array, dx: Float32Array, windows: (visit: Visit) => void) => void,
): Kernel {
  return ({ inputs, attrs }) => {
    const [dy, x] = [inputs['dy']!, inputs['input']!];
    const { shape } = poolingShape(x.shape, attrs);
    const dx = heap.output(x.shape);
    heap.floats(dx).fill(0);
    accumulate(heap.floats(x), heap.floats(dy), heap.floats(dx), (visit) => {
      visitWindows(shape, visit);
    });
    return dx;
  };
}

function visitWindows({ input, output, kernel, stride, padding }: ConvolutionShape, visit: Visit): void {
  const inside = (start: number, length: number, side: number): [number, number] => [
    Math.max(start, 0),
    Math.min(start + length, side),
  ];
  let place = 0;
  for (let image = 0; image < output.batch; image++) {
    for (let row = 0; row < output.height; row++) {
      const [top, bottom] = inside(row * stride[0] - padding[0], kernel[0], input.height);
      for (let column = 0; column < output.width; column++, place += output.channels) {
        const [left, right] = inside(column * stride[1] - padding[1], kernel[1], input.width);
        const pixels: number[] = [];
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) {
            pixels.push(((image * input.height + y) * input.width + x) * input.channels);
          }
        }
        visit(pixels, place, output.channels);
      }
    }
  }
}
