import type { CornerBox, Point, Size } from '../../core/geometry/box.js';

/** Less than this, in CSS pixels, is a tap, not a box. */
const tapPx = 8;
/** Image pixels; a smaller box holds nothing to follow. */
const smallest = 4;

/** Where a pointer is, in image pixels. */
export function pointInImage(
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
  area: DOMRect,
  image: Size,
): Point {
  const x = ((clientX - area.left) / area.width) * image.width;
  const y = ((clientY - area.top) / area.height) * image.height;
  return { x: within(x, 0, image.width), y: within(y, 0, image.height) };
}

/** The box between two corners. */
export function boxBetween(a: Point, b: Point): CornerBox {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

/** @param imagePxPerCssPx how large a CSS pixel is in the image */
export function isTap({ width, height }: CornerBox, imagePxPerCssPx: number): boolean {
  return Math.max(width, height) < tapPx * imagePxPerCssPx;
}

export function isTooSmall({ width, height }: CornerBox): boolean {
  return Math.min(width, height) < smallest;
}

/** Where a keyboard's box begins: in the middle, an eighth of the picture wide. */
export function firstBox({ width, height }: Size): CornerBox {
  const side = width / 8;
  return { x: (width - side) / 2, y: (height - side * 0.75) / 2, width: side, height: side * 0.75 };
}

/** A key's step: the arrows move the box, with Shift they change its size about its middle; with Alt finely. */
export function steppedBox(
  box: CornerBox,
  key: string,
  { shift, alt }: { readonly shift: boolean; readonly alt: boolean },
  image: Size,
): CornerBox | null {
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!direction) return null;
  const [right = 0, down = 0] = direction;
  const step = alt ? 1 : Math.max(2, image.width / 80);
  if (!shift) {
    return {
      ...box,
      x: within(box.x + right * step, 0, image.width - box.width),
      y: within(box.y + down * step, 0, image.height - box.height),
    };
  }
  const width = within(box.width + right * step, smallest, image.width);
  const height = within(box.height - down * step, smallest, image.height);
  return {
    x: within(box.x + (box.width - width) / 2, 0, image.width - width),
    y: within(box.y + (box.height - height) / 2, 0, image.height - height),
    width,
    height,
  };
}

function within(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
