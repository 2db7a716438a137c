import { z } from 'zod';
import { channels, deviceId, modelName } from '../release.js';

/** Relative ones are made absolute by whoever reads the configuration. */
const path = z.string().min(1).meta({ path: true });

/** What a person may set of the agent. Unknown keys are errors. */
export const agentOptionsSchema = z.strictObject({
  /** Name of this device in the fleet; by default the host's name. */
  device: deviceId.optional(),
  /** Such as `jetson-orin-nano`: a release may be for some types alone. */
  type: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and "-"')
    .default('generic'),
  channel: z.enum(channels).default('stable'),
  /** Which model of the repository this device runs. */
  model: modelName.default('nano'),
  /** https://…, http://… or file:///…; without one, models are only pushed. */
  repository: z.string().optional(),
  /** Authorities that may sign the repository's certificate, PEM. */
  ca: path.optional(),
  /** The first root of trust, as `fleet init` wrote it; nothing is taken without one. */
  root: path.optional(),
  /** Holds slots, trust and memory. */
  state: path.default('/var/lib/tagalong-agent'),
  /** Model folder that a device without any model begins with; default: the model that ships. */
  factory: path.optional(),
  /** Between two looks at the repository. */
  everySeconds: z.number().min(1).max(86_400).default(900),
  /** Between two reports while nothing changes. */
  reportSeconds: z.number().min(1).max(3600).default(60),
  /** Left free on the disk. */
  keepFreeMegabytes: z.number().min(0).default(64),
  watch: z
    .strictObject({
      /** The service's metrics. */
      url: z.string().default('http://127.0.0.1:9464'),
      /** A new model is watched for so long at work. */
      minutes: z.number().positive().max(1440).default(10),
      everySeconds: z.number().min(0.1).max(60).default(5),
      /** The service must take a model over, and come back, within this time. */
      graceSeconds: z.number().positive().max(3600).default(120),
      /** Deaths of the tracker, or starts of the service, that are too many. */
      falls: z.int().positive().max(100).default(2),
    })
    .prefault({}),
  /** Mean time of one update of the tracker that is too long: in the proof, and while it is watched. */
  updateBudgetMs: z.number().positive().max(10_000).default(33),
  /** Takes pushes over HTTP, with the enrolled keys; none without this section. */
  listen: z
    .strictObject({
      host: z.string().min(1).default('0.0.0.0'),
      port: z.int().min(0).max(65_535).default(8485),
    })
    .optional(),
});

export type AgentOptions = z.infer<typeof agentOptionsSchema>;
