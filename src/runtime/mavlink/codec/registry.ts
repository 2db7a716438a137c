import {
  ardupilotmega,
  common,
  minimal,
  MavLinkPacketField,
  MSG_ID_MAGIC_NUMBER,
  standard,
  type MavLinkData,
  type MavLinkDataConstructor,
} from 'mavlink-mappings';

/** With the extension field that mavlink-mappings does not know yet; the wire's, not the checksum's business. */
export class GimbalDeviceInformation extends common.GimbalDeviceInformation {
  static override readonly PAYLOAD_LENGTH = 149;
  static override readonly FIELDS = [
    ...common.GimbalDeviceInformation.FIELDS,
    new MavLinkPacketField('cap_flags2', 'capFlags2', 145, true, 4, 'uint32_t', ''),
  ];
  /** Bits of GIMBAL_DEVICE_CAP_FLAGS beyond the first 16. */
  capFlags2 = 0;
}

type Registry = Readonly<Record<number, MavLinkDataConstructor<MavLinkData> | undefined>>;

const classes: Registry = {
  ...minimal.REGISTRY,
  ...standard.REGISTRY,
  ...common.REGISTRY,
  ...ardupilotmega.REGISTRY,
  [GimbalDeviceInformation.MSG_ID]: GimbalDeviceInformation,
};

/** The class of a message; undefined: none of the standard dialects has it. */
export function classOf(msgid: number): MavLinkDataConstructor<MavLinkData> | undefined {
  return classes[msgid];
}

const extras: Readonly<Record<string, number | undefined>> = MSG_ID_MAGIC_NUMBER;

/** The byte of a message's definition that goes into its checksum; undefined: the message is in no dialect we know. */
export function crcExtraOf(msgid: number): number | undefined {
  return extras[msgid];
}

/** Payload bytes of MAVLink 1, without and with extension fields; undefined for a class we do not have. */
export function lengthsOf(msgid: number): PayloadLengths | undefined {
  return lengths.get(msgid);
}

interface PayloadLengths {
  readonly base: number;
  readonly full: number;
}

const lengths: ReadonlyMap<number, PayloadLengths> = new Map(
  Object.entries(classes).map(([msgid, type]) => [Number(msgid), payloadLengths(type!)]),
);

function payloadLengths({
  FIELDS,
  PAYLOAD_LENGTH: full,
}: MavLinkDataConstructor<MavLinkData>): PayloadLengths {
  const ends = FIELDS.filter((field) => !field.extension).map(
    ({ offset, size, length }) => offset + size * Math.max(1, length),
  );
  return { base: Math.max(0, ...ends), full };
}
