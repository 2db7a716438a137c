/**
 * rclnodejs 2.2 publishes the buffer under a typed array from its first byte on, whatever part of it the array views. What views
 * a part only (a Buffer from Node's pool does) is copied; all else is passed as it is.
 */
export function exactArrays<T>(value: T): T {
  return exact(value) as T;
}

function exact(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return isWhole(value) ? value : copyOf(value);
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, exact(field)]));
}

function isWhole({ byteOffset, byteLength, buffer }: ArrayBufferView): boolean {
  return byteOffset === 0 && byteLength === buffer.byteLength;
}

function copyOf(view: ArrayBufferView): unknown {
  if (view instanceof Uint8Array) return Uint8Array.from(view); // a Buffer, too, whose slice() would view again
  return (view as Float64Array).slice();
}
