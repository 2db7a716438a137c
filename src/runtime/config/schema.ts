import { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import { controlAuthoritySchema } from '../../core/ports/control-authority.js';
import { rosOptionsSchema } from '../../core/ros/options.js';
import { siameseOptionsSchema, siamesePresetNames } from '../../core/tracking/siamese/options.js';
import { consoleOptionsSchema } from '../console/options.js';
import { executionProviders } from '../inference/execution-provider.js';
import { gimbalOptionsSchema } from '../gimbal/options.js';
import { logFormats, logLevels } from '../log/open-log.js';
import { mavlinkOptionsSchema } from '../mavlink/options.js';
import { mqttOptionsSchema } from '../mqtt/options.js';
import { encoderChoices } from '../recording/encoder-names.js';
import { mergeOptions, parseSize } from '../sources/source-options.js';
import { parseSourceUri } from '../sources/source-uri.js';
import { parseBytes } from './bytes.js';

/** A text that one of our parsers understands; its words say what is wrong. */
function checkedText(parse: (text: string) => unknown) {
  return z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      context.addIssue({ code: 'custom', message: error.message, continue: false });
    }
  });
}

/** A path in the file counts from the file's folder, one in a flag or the environment from the working directory. */
const path = z.string().min(1).meta({ path: true });

/** Such as `8GB`, or a number. */
function bytes(option: string) {
  const text = checkedText((it) => parseBytes(it, option));
  return z.union([z.number().transform(String), z.string()]).pipe(text);
}

const source = z
  .strictObject({
    /** Where frames come from, such as `v4l2:///dev/video0`. */
    uri: checkedText(parseSourceUri),
    /** Such as `640x480`. */
    size: checkedText((text) => parseSize(text, 'size')).optional(),
    fps: z.number().positive().max(1000).optional(),
    format: z.string().optional(),
    /** Wait for a camera that went away; live sources only. */
    reconnect: z.boolean().default(true),
  })
  .superRefine(({ uri, size, fps, format }, context) => {
    try {
      mergeOptions(parseSourceUri(uri), {
        ...(size !== undefined && { size: parseSize(size) }),
        ...(fps !== undefined && { fps }),
        ...(format !== undefined && { format }),
      });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      context.addIssue({ code: 'custom', message: error.message, path: ['uri'] });
    }
  });

const model = z.strictObject({
  /** Folder with contract.json and the graphs; by default the model that ships. */
  path: path.optional(),
  /** What may run the network, best first. */
  providers: z.array(z.enum(executionProviders)).min(1).default(['cpu']),
  threads: z.int().positive().max(64).default(1),
});

/** The tracker's parameters, each optional and without a default: the preset's stand below them, then those of the model's contract. */
const tracker = z.strictObject({
  preset: z.enum(siamesePresetNames).optional(),
  ...Object.fromEntries(
    Object.entries(siameseOptionsSchema.shape).map(([name, field]) => [name, field.unwrap().optional()]),
  ),
});

const recording = z.strictObject({
  /** Folder of the recording; nothing else should lie in it. */
  dir: path,
  /** What all segments together may take of the disk, such as `8GB`. */
  budget: bytes('budget').default('8GB'),
  /** Left free on the disk for others, such as `500MB`. */
  keepFree: bytes('keepFree').default('200MB'),
  segmentSeconds: z.number().min(1).max(3600).default(60),
  /** Video encoder; `auto` takes the first that works here: hardware, libx264, mjpeg. `none`: tracks alone. */
  encoder: z.enum(encoderChoices).default('auto'),
});

const http = z.strictObject({
  /** Serves /metrics (Prometheus) and /healthz. */
  enabled: z.boolean().default(true),
  host: z.string().min(1).default('127.0.0.1'),
  /** 0: any free one. */
  port: z.int().min(0).max(65535).default(9464),
});

const stdin = z.strictObject({
  /** Take commands as JSON lines on standard input; answers go to standard output. */
  enabled: z.boolean().default(false),
});

const log = z.strictObject({
  level: z.enum(logLevels).default('info'),
  format: z.enum(logFormats).default('auto'),
});

/** Everything a person may set of the service. Unknown keys are errors. */
export const configSchema = z.strictObject({
  /** Names this device to others; by default the host's name. */
  device: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, "_", "." or "-"')
    .optional(),
  source,
  model: model.prefault({}),
  tracker: tracker.default({}),
  recording: recording.optional(),
  http: http.prefault({}),
  stdin: stdin.prefault({}),
  mqtt: mqttOptionsSchema.optional(),
  /** Ground stations, autopilot, gimbal; none without this section. */
  mavlink: mavlinkOptionsSchema.optional(),
  /** ROS 2; none without this section. */
  ros: rosOptionsSchema.optional(),
  /** The gimbal that is turned after the target; none without this section. */
  gimbal: gimbalOptionsSchema.optional(),
  /** The web console; none without this section. */
  console: consoleOptionsSchema.optional(),
  /** Who may command, by the transport it comes over. */
  control: controlAuthoritySchema.prefault({}),
  log: log.prefault({}),
});

export type Config = z.infer<typeof configSchema>;
