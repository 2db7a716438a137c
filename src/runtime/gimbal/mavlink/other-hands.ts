import { common } from 'mavlink-mappings';
import type { MavlinkBus, Received } from '../../mavlink/bus.js';

/** Whoever gives a gimbal orders, and whom he means. */
export interface OtherHands {
  readonly sysid: number;
  readonly compid: number;
  readonly target: { readonly sysid: number; readonly compid: number };
}

const { MavCmd } = common;
/** Commands that turn a gimbal. */
const turningCommands: ReadonlySet<common.MavCmd> = new Set([
  MavCmd.DO_GIMBAL_MANAGER_PITCHYAW,
  MavCmd.DO_MOUNT_CONTROL,
  MavCmd.DO_SET_ROI_LOCATION,
]);

/** Tells of every message of others that turns a gimbal. @returns how to stop */
export function otherHands(bus: MavlinkBus, tell: (who: OtherHands) => void): () => void {
  const felt = ({ message, sysid, compid }: Received<common.GimbalManagerSetPitchyaw>): void => {
    tell({ sysid, compid, target: { sysid: message.targetSystem, compid: message.targetComponent } });
  };
  const commanded = ({ message, sysid, compid }: Received<common.CommandLong>): void => {
    if (!turningCommands.has(message.command)) return;
    tell({ sysid, compid, target: { sysid: message.targetSystem, compid: message.targetComponent } });
  };
  const stops = [
    bus.on(common.GimbalManagerSetPitchyaw, felt),
    bus.on(common.GimbalManagerSetManualControl, felt),
    bus.on(common.GimbalManagerSetAttitude, ({ message, sysid, compid }) => {
      tell({ sysid, compid, target: { sysid: message.targetSystem, compid: message.targetComponent } });
    }),
    bus.on(common.CommandLong, commanded),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
