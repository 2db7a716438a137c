import { UsageError } from '../../core/errors.js';
import type { GimbalOutput } from '../../core/gimbal/gimbal-output.js';
import { intrinsicsOfView, type Intrinsics } from '../../core/gimbal/pinhole.js';
import { fromEuler } from '../../core/gimbal/quaternion.js';
import { SightingReader } from '../../core/gimbal/sighting.js';
import type { Size } from '../../core/geometry/box.js';
import type { Log } from '../../core/ports/log.js';
import type { MavlinkBus } from '../mavlink/bus.js';
import { channelOf } from '../mavlink/links/channel-of.js';
import { readCameraInfo } from './camera-info.js';
import { DialectOutput, type Dialect } from './dialect-output.js';
import { GimbalFollower, type GimbalFollowerOptions } from './gimbal-follower.js';
import { ChannelLink } from './link/channel-link.js';
import { ManagerOutput } from './mavlink/manager-output.js';
import type { GimbalOptions } from './options.js';
import { SimpleBgcDialect } from './simplebgc/simplebgc-dialect.js';
import { SiyiDialect } from './siyi/siyi-dialect.js';

export interface OpenGimbalContext {
  /** Where there is a section mavlink; not closed with the gimbal. */
  readonly bus: MavlinkBus | null;
  /** Of the frames that will come. */
  readonly frame: Size;
  readonly log: Log;
  readonly onDemand?: GimbalFollowerOptions['onDemand'];
}

/**
 * The configured gimbal, to be published to like any sink. It is there at once, whether the gimbal is or not.
 * @throws UsageError for a calibration that cannot be used, or a MAVLink gimbal without MAVLink.
 */
export async function openGimbal(
  options: GimbalOptions,
  context: OpenGimbalContext,
): Promise<GimbalFollower> {
  const { mounting, follow } = options;
  const { log, onDemand } = context;
  const intrinsics = await openIntrinsics(options, context.frame);
  const degree = Math.PI / 180;
  const turned = {
    yaw: mounting.yaw * degree,
    pitch: mounting.pitch * degree,
    roll: mounting.roll * degree,
  };
  const reader = new SightingReader(intrinsics, fromEuler(turned));
  const output = openOutput(options, context);
  return new GimbalFollower({ output, reader, follow, log, ...(onDemand && { onDemand }) });
}

async function openIntrinsics({ camera, fieldOfView = 60 }: GimbalOptions, frame: Size): Promise<Intrinsics> {
  if (camera !== undefined) return readCameraInfo(camera);
  return intrinsicsOfView(frame, (fieldOfView * Math.PI) / 180);
}

function openOutput(
  { mavlink, simplebgc, siyi }: GimbalOptions,
  { bus, log }: OpenGimbalContext,
): GimbalOutput {
  if (mavlink) {
    if (!bus) throw new UsageError('gimbal.mavlink: needs a section mavlink with its links');
    return new ManagerOutput({ bus, log, ...mavlink });
  }
  if (simplebgc) return onWire(new SimpleBgcDialect(simplebgc.protocol), simplebgc, log);
  if (!siyi) throw new UsageError('gimbal: give one of mavlink, simplebgc and siyi');
  const packets = siyi.link.startsWith('udp');
  return onWire(new SiyiDialect({ fullRate: siyi.fullRate, packets }), siyi, log);
}

function onWire(
  dialect: Dialect,
  { link: url, attitudeHz }: { readonly link: string; readonly attitudeHz: number },
  log: Log,
): GimbalOutput {
  // both makers' ports come at 115200 baud; a MAVLink port would not
  const withBaud = url.startsWith('serial:') && !/[?&]baud=/.test(url);
  const whole = withBaud ? `${url}${url.includes('?') ? '&' : '?'}baud=115200` : url;
  const link = new ChannelLink({ detail: whole, kind: channelOf(whole), log });
  return new DialectOutput({ dialect, link, attitudeHz, log });
}
