import { x25crc, type MavLinkData, type MavLinkDataConstructor } from 'mavlink-mappings';
import { MavLinkProtocolV2 } from 'node-mavlink';
import { checksumLength, headerLength, signedFlag } from './frame.js';

export interface Sender {
  readonly sysid: number;
  readonly compid: number;
  /** 0..255, one higher for each packet of this component on this link. */
  readonly seq: number;
}

/**
 * A message as a MAVLink 2 packet, without the signature that `signed` announces.
 * @throws RangeError, TypeError for values that their fields cannot hold.
 */
export function encodeMessage(
  message: MavLinkData,
  { sysid, compid, seq }: Sender,
  { signed = false }: { readonly signed?: boolean } = {},
): Buffer {
  const type = message.constructor as MavLinkDataConstructor<MavLinkData>;
  const protocol = new MavLinkProtocolV2(sysid, compid, signed ? signedFlag : 0, 0);
  const bytes = protocol.serialize(withPlainText(message, type), seq);
  return bytes[1] === 0 ? withOneByte(bytes, type.MAGIC_NUMBER) : bytes;
}

/** Of a payload of zeros one byte stays (MAVLink 2, "empty-byte payload truncation"); the library cuts it, too. */
function withOneByte(bytes: Buffer, crcExtra: number): Buffer {
  const packet = Buffer.alloc(headerLength.v2 + 1 + checksumLength);
  bytes.copy(packet, 0, 0, headerLength.v2);
  packet[1] = 1;
  packet.writeUInt16LE(x25crc(packet, 1, checksumLength, crcExtra), packet.length - checksumLength);
  return packet;
}

/** Text on the wire has one byte for each character; others would throw in the library. */
function withPlainText(message: MavLinkData, type: MavLinkDataConstructor<MavLinkData>): MavLinkData {
  let plain = message;
  for (const { name, type: kind } of type.FIELDS) {
    const value: unknown = Reflect.get(message, name);
    if (kind !== 'char[]' || typeof value !== 'string' || !/[\u0100-\u{10ffff}]/u.test(value)) continue;
    if (plain === message) plain = Object.assign(new type(), message);
    Reflect.set(plain, name, value.replaceAll(/[\u0100-\u{10ffff}]/gu, '?'));
  }
  return plain;
}
