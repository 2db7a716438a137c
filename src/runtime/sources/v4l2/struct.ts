/** A zeroed C struct of `size` bytes; fields are read and written little-endian. */
export function struct(size: number): DataView {
  return new DataView(new ArrayBuffer(size));
}

/** The text of a fixed-length, null-terminated field. */
export function text(view: DataView, offset: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, length);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(bytes.subarray(0, end < 0 ? length : end));
}
