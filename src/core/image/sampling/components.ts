import type { Frame, Plane } from '../frame.js';

/** One colour component of a frame: sample (x, y), with y < height and x < width, is `data[start + y * stride + x * step]`. */
export interface Component {
  readonly data: Uint8Array;
  readonly start: number;
  readonly stride: number;
  readonly step: number;
  readonly width: number;
  readonly height: number;
}

/** The components of a frame and what they mean. Chroma has half the width and, but for yuyv422, half the height (both rounded up). */
export type FrameComponents =
  | { readonly model: 'grey'; readonly components: readonly [y: Component] }
  | { readonly model: 'rgb' | 'yuv'; readonly components: readonly [Component, Component, Component] };

/** Views a frame as components; copies nothing. @throws RangeError when the frame is empty or a plane is missing or too short. */
export function frameComponents(frame: Frame): FrameComponents {
  const { format, width, height } = frame;
  if (!(width >= 1 && height >= 1)) throw new RangeError(`frame of ${width}x${height} pixels is empty`);
  const full = (plane: number, start: number, step: number) =>
    component(frame, plane, { start, step, width, height });
  const half = (plane: number, start: number, step: number, rows = (height + 1) >> 1) =>
    component(frame, plane, { start, step, width: (width + 1) >> 1, height: rows });
  switch (format) {
    case 'gray8':
      return { model: 'grey', components: [full(0, 0, 1)] };
    case 'rgb24':
      return { model: 'rgb', components: [full(0, 0, 3), full(0, 1, 3), full(0, 2, 3)] };
    case 'bgr24':
      return { model: 'rgb', components: [full(0, 2, 3), full(0, 1, 3), full(0, 0, 3)] };
    case 'yuyv422':
      return { model: 'yuv', components: [full(0, 0, 2), half(0, 1, 4, height), half(0, 3, 4, height)] };
    case 'nv12':
      return { model: 'yuv', components: [full(0, 0, 1), half(1, 0, 2), half(1, 1, 2)] };
    case 'yuv420p':
      return { model: 'yuv', components: [full(0, 0, 1), half(1, 0, 1), half(2, 0, 1)] };
  }
}

type Layout = Omit<Component, 'data' | 'stride'>;

function component(frame: Frame, index: number, layout: Layout): Component {
  const plane: Plane | undefined = frame.planes[index];
  const { start, step, width, height } = layout;
  const needed = plane === undefined ? 0 : start + (height - 1) * plane.stride + (width - 1) * step + 1;
  if (plane === undefined || plane.data.length < needed || plane.stride < width * step - (step - 1)) {
    throw new RangeError(
      `plane ${index} of a ${frame.format} frame of ${frame.width}x${frame.height} is ` +
        (plane === undefined
          ? 'missing'
          : `too small: ${plane.data.length} bytes with a stride of ${plane.stride}`),
    );
  }
  return { data: plane.data, stride: plane.stride, start, step, width, height };
}
