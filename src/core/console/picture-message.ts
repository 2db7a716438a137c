import { pictureHeaderSchema, type PictureHeader } from './server-messages.js';

/** Bytes before the header: its length, little endian. */
const prefixBytes = 4;

/** One binary message: length of the header, header (JSON), JPEG. What is said of a frame never travels without its pixels. */
export function encodePicture(header: PictureHeader, jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const message = new Uint8Array(prefixBytes + text.length + jpeg.length);
  new DataView(message.buffer).setUint32(0, text.length, true);
  message.set(text, prefixBytes);
  message.set(jpeg, prefixBytes + text.length);
  return message;
}

/** @throws Error when it is no such message. */
export function decodePicture(message: ArrayBuffer): {
  readonly header: PictureHeader;
  readonly jpeg: Uint8Array<ArrayBuffer>;
} {
  const headerBytes = new DataView(message).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(message, prefixBytes, headerBytes));
  const header = pictureHeaderSchema.parse(JSON.parse(text));
  return { header, jpeg: new Uint8Array(message, prefixBytes + headerBytes) };
}
