import type { MavLinkData, MavLinkDataConstructor } from 'mavlink-mappings';
import { MavLinkProtocolV2 } from 'node-mavlink';
import type { MavlinkFrame } from './frame.js';

const longestPayload = 255;
const protocol = new MavLinkProtocolV2();

/** The message in a packet. Fields that were cut off, or that its sender does not know yet, are zero. */
export function decodePayload<T extends MavLinkData>(
  { payload }: MavlinkFrame,
  type: MavLinkDataConstructor<T>,
): T {
  const padded = Buffer.alloc(longestPayload);
  payload.copy(padded);
  return protocol.data(padded, type);
}
