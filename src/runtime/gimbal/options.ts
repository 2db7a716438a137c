import { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import { followOptionsSchema } from '../../core/gimbal/follow-options.js';
import { parseLinkUrl } from '../mavlink/links/link-url.js';

const path = z.string().min(1).meta({ path: true });

const link = z
  .string()
  .superRefine((text, context) => {
    try {
      parseLinkUrl(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  })
  .describe('serial:///dev/NAME?baud=115200, udpout://HOST:PORT or tcpout://HOST:PORT');

const attitudeHz = z
  .number()
  .min(1)
  .max(250)
  .default(50)
  .describe('attitude reports a second to be asked for');

const mavlink = z.strictObject({
  deviceId: z.int().min(0).max(255).default(0).describe('gimbal device to steer; 0: the first that is found'),
  attitudeHz,
  manualMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(2000)
    .describe("hands off for so long after an operator's last command to the gimbal"),
});

const simplebgc = z.strictObject({
  link,
  protocol: z.literal([1, 2]).default(2).describe('2 from firmware 2.68 on; 1 works with all'),
  attitudeHz,
});

const siyi = z.strictObject({
  link: link.default('udpout://192.168.144.25:37260'),
  fullRate: z.number().min(1).max(360).default(90).describe('deg/s that 100 % of the gimbal are'),
  attitudeHz,
});

/** How the gimbal of the service is steered. Unknown keys are errors. */
export const gimbalOptionsSchema = z
  .strictObject({
    mavlink: mavlink.optional().describe('a gimbal manager on the links of the section mavlink'),
    simplebgc: simplebgc.optional(),
    siyi: siyi.optional(),
    camera: path.optional().describe('calibration of the camera: a camera_info file of ROS (YAML)'),
    fieldOfView: z
      .number()
      .min(1)
      .max(170)
      .optional()
      .describe('degrees across the picture, where there is no calibration'),
    mounting: z
      .strictObject({
        roll: z.number().min(-180).max(180).default(0),
        pitch: z.number().min(-90).max(90).default(0),
        yaw: z.number().min(-180).max(180).default(0),
      })
      .prefault({})
      .describe('degrees by which the camera is turned on the gimbal: right side down, up, right'),
    follow: followOptionsSchema.prefault({}),
  })
  .superRefine(({ mavlink: a, simplebgc: b, siyi: c, camera, fieldOfView }, context) => {
    const outputs = [a, b, c].filter((it) => it !== undefined).length;
    if (outputs !== 1) {
      context.addIssue({ code: 'custom', message: 'give one of mavlink, simplebgc and siyi' });
    }
    if ((camera === undefined) === (fieldOfView === undefined)) {
      const message = 'give camera (a calibration) or fieldOfView, one of them';
      context.addIssue({ code: 'custom', path: ['camera'], message });
    }
  });

export type GimbalOptions = z.output<typeof gimbalOptionsSchema>;
