/**
 * CRC-16 of SimpleBGC's protocol 2: polynomial 0x8005, initial value 0; the bits of a byte go in lowest first, the register
 * shifts to the left and comes out as it is (Basecam, "SimpleBGC32 Serial API protocol specification", appendix on CRC16).
 */
export function simpleBgcCrc(bytes: Uint8Array): number {
  let register = 0;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const differs = ((byte >> bit) & 1) !== register >> 15;
      register = (register << 1) & 0xffff;
      if (differs) register ^= 0x8005;
    }
  }
  return register;
}
