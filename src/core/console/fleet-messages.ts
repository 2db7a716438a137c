import * as z from 'zod/mini';

/** Goes up with every change: a page of another version reloads itself. */
export const fleetPageVersion = 1;

export const fleetHealth = ['ok', 'trial', 'degraded', 'failing'] as const;

/** One device, as the page shows it. Times: ms since 1970, of the machine that serves the page. */
export const fleetRowSchema = z.object({
  device: z.string(),
  type: z.string(),
  channel: z.string(),
  /** Null: no model was installed yet. */
  active: z.nullable(z.object({ model: z.string(), version: z.string(), slot: z.string() })),
  health: z.enum(fleetHealth),
  detail: z.string(),
  phase: z.string(),
  progress: z.nullable(z.number()),
  last: z.nullable(z.object({ kind: z.string(), version: z.string(), reason: z.string(), atMs: z.number() })),
  seenAtMs: z.number(),
  /** Later it counts as silent. */
  silentAfterMs: z.number(),
});

/** What the server sends, as server-sent events: everything at first, then what changed. */
export const fleetMessageSchema = z.object({
  version: z.number(),
  nowMs: z.number(),
  broker: z.object({ url: z.string(), connected: z.boolean() }),
  devices: z.array(fleetRowSchema),
});

export type FleetRow = z.infer<typeof fleetRowSchema>;
export type FleetMessage = z.infer<typeof fleetMessageSchema>;
export type FleetHealth = (typeof fleetHealth)[number];

/** What a device is counted as: silence outweighs what it said of itself. */
export function standing(row: FleetRow, nowMs: number): FleetHealth | 'silent' {
  return nowMs > row.silentAfterMs ? 'silent' : row.health;
}
