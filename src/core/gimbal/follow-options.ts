import { z } from 'zod';

const degrees = (most: number) => z.number().positive().max(most);

/** Where the camera is turned to when the target stays lost. */
const preset = z.strictObject({
  pitch: z.number().min(-90).max(90).describe('degrees above the horizon'),
  yaw: z.number().min(-180).max(180).optional().describe('degrees right of the nose; absent: yaw stays'),
  afterSeconds: z.number().min(0).max(3600).default(5).describe('how long the target must be lost'),
  rate: degrees(180).default(20).describe('deg/s on the way there'),
});

/** How the gimbal follows: degrees, seconds. See docs/gimbal.md for the tuning. */
export const followOptionsSchema = z.strictObject({
  proportional: z.number().min(0).max(40).default(8).describe('rate per error, 1/s'),
  integral: z
    .number()
    .min(0)
    .max(40)
    .default(1)
    .describe('1/s²; takes out what gain errors of the gimbal leave'),
  derivative: z.number().min(0).max(2).default(0),
  feedForward: z
    .number()
    .min(0)
    .max(1.5)
    .default(1)
    .describe("share of the target's own rate that is run along"),
  deadBand: z.number().min(0).max(10).default(0.05).describe('degrees that are left alone'),
  maxRate: degrees(360).default(60).describe('deg/s on each axis'),
  maxAcceleration: degrees(5000).default(400).describe('deg/s² on each axis'),
  actuationDelayMs: z
    .number()
    .min(0)
    .max(500)
    .default(40)
    .describe('from a command being sent to the motor turning'),
  targetAcceleration: degrees(2000)
    .default(60)
    .describe('deg/s² by which the line of sight may change its rate'),
  coastDecaySeconds: z
    .number()
    .min(0.05)
    .max(30)
    .default(0.6)
    .describe('time constant of the gain while the target is not seen'),
  staleMs: z
    .number()
    .min(20)
    .max(5000)
    .default(250)
    .describe('age of the newest track beyond which nothing moves'),
  preset: preset.optional(),
});

export type FollowOptions = z.output<typeof followOptionsSchema>;
