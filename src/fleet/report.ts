import { z } from 'zod';
import { channels, deviceId, modelName, modelVersion } from './release.js';

/** What an agent is at. */
export const agentPhases = ['idle', 'checking', 'downloading', 'proving', 'watching'] as const;

/** `trial`: a new model is being watched; `degraded`: works, but something is to be looked at; `failing`: no model works. */
export const deviceHealth = ['ok', 'trial', 'degraded', 'failing'] as const;

/** What came of the last release that a device dealt with. */
export const resultKinds = ['installed', 'confirmed', 'rolled-back', 'refused', 'failed'] as const;

const milliseconds = z.int().nonnegative();

/**
 * What a device says of itself, as JSON, retained, QoS 1. Fields may be added under the same number: readers pass over
 * what they do not know.
 */
export const deviceReportSchema = z.object({
  version: z.literal(1),
  device: deviceId,
  /** Such as `jetson-orin-nano`; `generic` where nobody said. */
  type: z.string(),
  /** `process.arch`. */
  architecture: z.string(),
  /** Version of tagalong. */
  runtime: z.string(),
  channel: z.enum(channels),
  /** The model in the active slot; null: none was installed yet. */
  active: z.nullable(
    z.object({ model: modelName, version: modelVersion, release: z.int(), slot: z.enum(['a', 'b']) }),
  ),
  health: z.enum(deviceHealth),
  /** Why it is not `ok`; empty when it is. */
  detail: z.string(),
  phase: z.enum(agentPhases),
  /** 0 to 1 of the phase; null where nobody can say. */
  progress: z.nullable(z.number().min(0).max(1)),
  lastResult: z.nullable(
    z.object({
      kind: z.enum(resultKinds),
      model: modelName,
      version: modelVersion,
      /** For a person. */
      reason: z.string(),
      atMs: milliseconds,
    }),
  ),
  /** Version of targets.json that the device acts on; null: it has seen none. */
  repositoryVersion: z.nullable(z.int().positive()),
  /** The device's wall clock, ms since 1970. */
  publishedAtMs: milliseconds,
  /** It says so again within this time: later it counts as silent. */
  everySeconds: z.number().positive(),
});

export type DeviceReport = z.infer<typeof deviceReportSchema>;

/** `tagalong/<device>/fleet`. */
export function reportTopic(device: string, prefix = 'tagalong'): string {
  return `${prefix}/${device}/fleet`;
}

/** What subscribes to every device's report. */
export function reportTopicFilter(prefix = 'tagalong'): string {
  return reportTopic('+', prefix);
}

/** Reads a payload; null when it is none, or that of another version. */
export function parseReport(payload: Uint8Array): DeviceReport | null {
  try {
    return deviceReportSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return null;
  }
}
