/** One packet as it stood on the wire, its checksum good. Its buffers belong to whoever read them: valid until the next read. */
export interface MavlinkFrame {
  readonly version: 1 | 2;
  readonly msgid: number;
  readonly sysid: number;
  readonly compid: number;
  readonly seq: number;
  /** As sent: trailing zeros may be missing. */
  readonly payload: Buffer;
  /** It carries a signature, which nobody has checked yet. */
  readonly signed: boolean;
  /** From the start byte to the end of the checksum, or of the signature. */
  readonly bytes: Buffer;
}

export const startByte = { v1: 0xfe, v2: 0xfd } as const;
export const headerLength = { v1: 6, v2: 10 } as const;
export const checksumLength = 2;
export const signatureLength = 13;
/** The one incompatibility flag there is: a signature follows the checksum. */
export const signedFlag = 0x01;
