import { hostname } from 'node:os';
import { z } from 'zod';

/** One level of a topic: no separators, no wildcards, nothing that a broker reserves. */
const topicLevel = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 letters, digits, "_", "." or "-"');

/** Relative ones are made absolute by whoever reads the configuration. */
const path = z.string().min(1).meta({ path: true });

const tls = z.strictObject({
  ca: path.optional().describe('file with the authorities that may sign the broker (PEM)'),
  cert: path.optional().describe('file with the client certificate (PEM)'),
  key: path.optional().describe('file with its private key (PEM)'),
  servername: z
    .string()
    .min(1)
    .optional()
    .describe("name in the broker's certificate, where it is not the host's"),
});

const reconnect = z.strictObject({
  minMs: z.int().min(10).default(500).describe('wait before the first new attempt'),
  maxMs: z.int().min(10).default(30_000).describe('longest wait; every failure doubles it'),
});

const commands = z.strictObject({
  enabled: z.boolean().default(true),
  ratePerSecond: z.number().positive().max(10_000).default(20),
  burst: z.int().positive().max(10_000).default(40).describe('commands that may come at once'),
  maxBytes: z.int().min(64).max(65_536).default(4096).describe('largest payload'),
  expirySeconds: z
    .number()
    .positive()
    .max(3600)
    .default(5)
    .describe('a command that could not be begun for so long is refused; MQTT 5 senders may set less'),
});

const homeAssistant = z.strictObject({
  enabled: z.boolean().default(false),
  prefix: topicLevel.default('homeassistant').describe("Home Assistant's discovery prefix"),
});

/** How the service speaks MQTT. Every key has a default but `url`; unknown keys are errors. */
export const mqttOptionsSchema = z
  .strictObject({
    url: z.string().superRefine(checkUrl).describe('mqtt://host:port, or mqtts:// for TLS'),
    prefix: topicLevel.default('tagalong').describe('first level of every topic'),
    device: topicLevel
      .default(() => deviceFrom(hostname()))
      .describe('second level; one name for each device on a broker'),
    protocol: z
      .enum(['auto', '5', '3.1.1'])
      .default('auto')
      .describe('auto: 5, and 3.1.1 when the broker refuses'),
    encoding: z.enum(['json', 'cbor']).default('json'),
    username: z.string().min(1).optional(),
    passwordFile: path.optional().describe('file whose first line is the password; read at every connection'),
    passwordEnvironment: z
      .string()
      .min(1)
      .optional()
      .describe('name of the environment variable that holds the password'),
    tls: tls.optional(),
    keepaliveSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(10)
      .describe('a connection silent for one and a half of it is dead'),
    connectTimeoutMs: z.int().min(100).max(120_000).default(10_000),
    reconnect: reconnect.prefault({}),
    commands: commands.prefault({}),
    homeAssistant: homeAssistant.prefault({}),
  })
  .superRefine((options, context) => {
    const fail = (path: string[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    const { passwordFile, passwordEnvironment, username } = options;
    if (passwordFile !== undefined && passwordEnvironment !== undefined) {
      fail(['passwordFile'], 'give the password by passwordFile or passwordEnvironment, not both');
    }
    if ((passwordFile ?? passwordEnvironment) !== undefined && username === undefined) {
      fail(['username'], 'a password needs a username');
    }
    if ((options.tls?.cert === undefined) !== (options.tls?.key === undefined)) {
      fail(['tls'], 'cert and key belong together');
    }
    if (options.tls && !options.url.startsWith('mqtts:')) {
      fail(['tls'], `"${options.url}" does not use TLS; write mqtts://`);
    }
    if (options.reconnect.maxMs < options.reconnect.minMs) {
      fail(['reconnect', 'maxMs'], `${options.reconnect.maxMs} is less than minMs`);
    }
    if (options.homeAssistant.enabled && options.encoding !== 'json') {
      fail(['encoding'], `"${options.encoding}" is not read by Home Assistant; it needs json`);
    }
  });

export type MqttOptions = z.output<typeof mqttOptionsSchema>;

/** As a person writes them. */
export type MqttSettings = z.input<typeof mqttOptionsSchema>;

/** A host name as a topic level. */
function deviceFrom(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.-]/g, '-').slice(0, 64) || 'device';
}

function checkUrl(text: string, context: z.RefinementCtx): void {
  const fail = (message: string): void => {
    context.addIssue({ code: 'custom', message });
  };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['mqtt:', 'mqtts:'].includes(url.protocol) || url.hostname === '') {
    const shown = text.replace(/\/\/.*@/, '//***@');
    fail(`"${shown}" is no broker; write mqtt://host:1883, or mqtts://host:8883 for TLS`);
  } else if (url.username !== '' || url.password !== '') {
    fail('must not hold a name or password; give username, and passwordFile or passwordEnvironment');
  } else if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    fail(`"${text}" must end after the port`);
  }
}
