import { z } from 'zod';
import { UsageError } from '../errors.js';
import type { Size } from '../geometry/box.js';

/**
 * - `flight`: everything, gently: look-alikes, a bridge, trees, smoke, cloud shadows.
 * - `calm`: no occluder, no other vehicle, steady light.
 * - `crossing`: look-alikes cross the target's path again and again.
 * - `occlusion`: wide bridges, an avenue of trees and smoke hide the target for long.
 * - `departure`: the target leaves the view and returns.
 * - `orbit`: the drone circles the target fast: seen from it, the line of sight turns by 20 degrees a second.
 */
export const scenarioNames = ['flight', 'calm', 'crossing', 'occlusion', 'departure', 'orbit'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** Formats the sensor can deliver. */
export const simulatedFormats = ['rgb24', 'yuv420p', 'gray8'] as const;
export type SimulatedFormat = (typeof simulatedFormats)[number];

const side = z.int().min(64).max(4096);

const seed = z.int().min(0).max(0xffffffff);
const size = z.object({ width: side, height: side });
const noise = z.number().min(0).max(40);
const blur = z.number().min(0).max(1);

const optionsSchema = z.strictObject({
  seed: seed.default(1),
  size: size.default({ width: 640, height: 360 }),
  scenario: z.enum(scenarioNames).default('flight'),
  format: z.enum(simulatedFormats).default('rgb24'),
  /** Standard deviation of the sensor noise, in grey levels. */
  noise: noise.default(2),
  /** Exposure as a share of the frame time (0.5: a 180 degree shutter); 0: no motion blur. */
  blur: blur.default(0.5),
});

/** What {@link createSimulation} takes; everything has a default. */
export type SimulationOptions = z.input<typeof optionsSchema>;
export type SimulationSettings = z.output<typeof optionsSchema>;

/** Fills in the defaults. @throws UsageError naming the option and quoting its value. */
export function checkSimulationOptions(options: SimulationOptions): SimulationSettings {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) throw new UsageError(describe(parsed.error, options));
  return parsed.data;
}

const wholeNumber = z
  .string()
  .regex(/^\d{1,10}$/, 'must be a whole number')
  .transform(Number);
const decimal = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'must be a number')
  .transform(Number);
const sizeText = z
  .string()
  .regex(/^\d{1,5}x\d{1,5}$/, 'must look like 640x360')
  .transform((text): Size => {
    const [width, height] = text.split('x').map(Number);
    return { width: width!, height: height! };
  });

const querySchema = z.strictObject({
  seed: wholeNumber.pipe(seed).optional(),
  size: sizeText.pipe(size).optional(),
  scenario: optionsSchema.shape.scenario,
  format: optionsSchema.shape.format,
  noise: decimal.pipe(noise).optional(),
  blur: decimal.pipe(blur).optional(),
  fps: decimal.pipe(z.number().min(1).max(1000)).optional(),
  frames: wholeNumber.pipe(z.int().positive()).optional(),
  realtime: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  /** MAVLink link to an outer gimbal that holds the camera, such as udpout://127.0.0.1:14560. */
  gimbal: z.string().min(1).optional(),
});

export interface SimulationQuery {
  readonly settings: SimulationSettings;
  readonly fps: number;
  /** Number of frames after which the video ends; null: endless. */
  readonly frames: number | null;
  readonly realtime: boolean;
  /** Where the gimbal is heard that holds the camera; null: the camera has one of its own. */
  readonly gimbal: string | null;
}

/** Reads the query of a `sim://` URI. @throws UsageError on an unknown, repeated or impossible option. */
export function parseSimulationQuery(entries: Iterable<readonly [string, string]>): SimulationQuery {
  const record: Record<string, string> = {};
  for (const [key, value] of entries) {
    if (Object.hasOwn(record, key)) throw new UsageError(`sim: option "${key}" is given twice`);
    record[key] = value;
  }
  const parsed = querySchema.safeParse(record);
  if (!parsed.success) throw new UsageError(describe(parsed.error, record));
  const { fps = 60, frames = null, gimbal = null, realtime = gimbal !== null, ...given } = parsed.data;
  if (gimbal !== null && !realtime) {
    throw new UsageError('sim: realtime=false: a gimbal outside moves by the clock');
  }
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { settings: checkSimulationOptions(present), fps, frames, realtime, gimbal };
}

function describe(error: z.ZodError, given: object): string {
  const issue = error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(querySchema.shape).join(', ');
    return `sim: unknown option "${issue.keys.join('", "')}" (known: ${known})`;
  }
  const key = String(issue.path[0] ?? 'options');
  const value: unknown = (given as Record<string, unknown>)[key];
  return `sim: ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}: ${issue.message}`;
}
