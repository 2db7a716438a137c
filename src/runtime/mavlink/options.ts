import { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import { parseLinkUrl } from './links/link-url.js';

const path = z.string().min(1).meta({ path: true });

const url = z.string().superRefine((text, context) => {
  try {
    parseLinkUrl(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

const link = z.strictObject({
  url: url.describe(
    'serial:///dev/NAME?baud=57600&flow=none|hardware, udpin://ADDRESS:PORT, udpout://HOST:PORT or tcpout://HOST:PORT',
  ),
  name: z
    .string()
    .regex(/^[\w.-]{1,32}$/, 'must be 1 to 32 letters, digits, "_", "." or "-"')
    .optional()
    .describe('what logs and other settings call it; by default link1, link2 …'),
  signed: z
    .boolean()
    .optional()
    .describe(
      'sign, and take nothing unsigned; by default true where there is a key. A cable to the autopilot may do without',
    ),
  linkId: z
    .int()
    .min(0)
    .max(255)
    .optional()
    .describe('number of this link in our signatures; by default its place in the list, from 0'),
});

const signing = z.strictObject({
  /** 64 hexadecimal digits or a passphrase; mode 0600. */
  keyFile: path,
  /** Keeps the timestamps that were used; by default mavlink-signing.json in $STATE_DIRECTORY, or else beside the key. */
  stateFile: path.optional(),
});

const text = (maxBytes: number) =>
  z
    .string()
    .regex(/^[\x20-\x7e]*$/, 'must be plain ASCII')
    .min(1)
    .max(maxBytes);

const camera = z.strictObject({
  vendor: text(31).default('Tagalong'),
  model: text(31).default('Tagalong'),
  horizontalFovDegrees: z
    .number()
    .gt(0)
    .lt(180)
    .optional()
    .describe(
      'of the picture that is tracked in; without it, and without a calibration, CAMERA_FOV_STATUS is not offered',
    ),
  /** A camera_info file of ROS (YAML); instead of the angle, and better: it knows the lens. */
  calibration: path.optional(),
  gimbalDeviceId: z.int().min(0).max(255).default(0).describe('the gimbal device it hangs on; 0: none'),
  videoLatencyMs: z
    .number()
    .min(0)
    .max(900)
    .default(0)
    .describe(
      'how old the picture is that the operator draws on: a selection is looked up in the frame of that time',
    ),
});

const stream = z.strictObject({
  uri: text(159).describe('where the ground station finds the video, such as rtsp://ADDRESS:8554/live'),
  name: text(31).default('Video'),
  type: z.enum(['rtsp', 'rtpudp', 'tcp-mpeg', 'mpeg-ts']).default('rtsp'),
  encoding: z.enum(['unknown', 'h264', 'h265']).default('unknown'),
  width: z.int().min(0).max(65_535).default(0).describe('0: unknown'),
  height: z.int().min(0).max(65_535).default(0),
  fps: z.number().min(0).max(1000).default(0),
  bitrate: z.int().min(0).max(4_294_967_295).default(0).describe('bit/s'),
});

const landingTarget = z.strictObject({
  ratePerSecond: z.number().min(1).max(60).default(20).describe('at most; a landing needs 10 or more'),
  targetWidthMetres: z
    .number()
    .positive()
    .max(100)
    .optional()
    .describe('real width of the target, to tell its distance; without it the autopilot needs a rangefinder'),
});

const follow = z.strictObject({
  geofenceMetres: z
    .number()
    .min(5)
    .max(2000)
    .describe('no set-point farther than this from where following first began in this flight'),
  maxSpeed: z.number().positive().max(20).default(3).describe('m/s over ground'),
  maxAcceleration: z.number().positive().max(10).default(1).describe('m/s²'),
  maxYawRateDegrees: z.number().positive().max(120).default(30).describe('deg/s'),
  yawGain: z
    .number()
    .positive()
    .max(5)
    .default(1)
    .describe('1/s: yaw rate for each degree beside the centre'),
  distanceGain: z
    .number()
    .positive()
    .max(10)
    .default(2)
    .describe('m/s for each halving of the apparent size against that at the beginning'),
  ratePerSecond: z.number().min(2).max(50).default(10),
  deadManMs: z.int().min(100).max(2000).default(500).describe('age of the newest seen track that ends it'),
  guidedMode: z
    .int()
    .min(0)
    .default(4)
    .describe("ArduPilot's number of the mode in which it listens: 4 GUIDED of Copter, 15 of Rover"),
});

/** How the service speaks MAVLink. Unknown keys are errors. */
export const mavlinkOptionsSchema = z
  .strictObject({
    links: z.array(link).min(1).max(8),
    sysid: z
      .int()
      .min(1)
      .max(255)
      .optional()
      .describe("the vehicle's system number; by default learned from its autopilot's heartbeat"),
    compid: z.int().min(100).max(105).default(100).describe('component number of this camera'),
    signing: signing.optional(),
    camera: camera.prefault({}),
    streams: z.array(stream).max(8).default([]),
    landingTarget: landingTarget.optional().describe('tell ArduPilot where to land; off when left out'),
    follow: follow.optional().describe('let the vehicle follow the target; off when left out'),
  })
  .superRefine(({ links, signing: key, landingTarget: landing, follow: following, camera: own }, context) => {
    const fail = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    links.forEach(({ signed }, index) => {
      if (signed === true && !key) fail(['links', index, 'signed'], 'needs signing.keyFile');
    });
    const names = links.map(nameOf);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        fail(['links', index, 'name'], `"${name}" is the name of another link`);
    });
    const known = own.horizontalFovDegrees !== undefined || own.calibration !== undefined;
    if ((landing ?? following) && !known) {
      fail(
        ['camera'],
        'needs horizontalFovDegrees or calibration for landingTarget and follow: angles come from it',
      );
    }
    if (own.horizontalFovDegrees !== undefined && own.calibration !== undefined) {
      fail(
        ['camera', 'calibration'],
        'tells the angle, too: give horizontalFovDegrees or calibration, not both',
      );
    }
  });

export type MavlinkOptions = z.output<typeof mavlinkOptionsSchema>;

/** As a person writes them. */
export type MavlinkSettings = z.input<typeof mavlinkOptionsSchema>;

export function nameOf({ name }: { readonly name?: string | undefined }, index: number): string {
  return name ?? `link${index + 1}`;
}
