import type { DeviceTraits } from '../audience.js';
import type { DeviceReport } from '../report.js';

/** What the agent is at. */
export type AgentPhase = DeviceReport['phase'];

/** What does not change while an agent runs. */
export interface AgentSettings {
  readonly device: DeviceTraits;
  readonly model: string;
  /** Made before; the agent's alone. */
  readonly state: string;
  readonly firstRoot: Buffer | null;
  readonly builtMs: number;
  readonly keepFreeBytes: number;
  readonly reportSeconds: number;
}
