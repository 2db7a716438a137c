/** The greatest number that 16 bits hold. */
export const halfMax = 65504;

/** IEEE 754 binary16 of a float, rounded to the nearest, ties to even; as its raw 16 bits. */
export function toHalf(value: number): number {
  bits.setFloat32(0, value);
  const raw = bits.getUint32(0);
  const sign = (raw >>> 16) & 0x8000;
  const size = raw & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00; // NaN
  if (size >= 0x477ff000) return sign | 0x7c00; // beyond 65519.99: infinity
  if (size < 0x38800000) {
    // below 2^-14: subnormal, in units of 2^-24
    return sign | roundEven(Math.abs(value) * 2 ** 24);
  }
  const rounded = size + 0xfff + ((size >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const bits = new DataView(new ArrayBuffer(4));

function roundEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest > 0.5 || (rest === 0.5 && down % 2 === 1)) return down + 1;
  return down;
}
