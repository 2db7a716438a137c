import type { DeviceReport } from '../../report.js';
import type { AgentPhase, AgentSettings } from '../agent-settings.js';
import type { SlotStore } from '../slots/slot-store.js';
import type { AgentState } from '../state/agent-state.js';

export interface DeviceFacts {
  readonly settings: AgentSettings;
  readonly slots: SlotStore;
  readonly memory: AgentState;
  readonly phase: AgentPhase;
  readonly progress: number | null;
  readonly trouble: string | null;
  readonly repositoryVersion: number | null;
  readonly nowMs: number;
}

/** All that a device says of itself. */
export async function describeDevice(facts: DeviceFacts): Promise<DeviceReport> {
  const { settings, slots, memory, phase, progress, trouble, repositoryVersion, nowMs } = facts;
  const { id: device, type, architecture, runtime, channel } = settings.device;
  const slot = await slots.current();
  const installed = slot && (await slots.model(slot));
  const active = slot &&
    installed && { model: installed.name, version: installed.version, release: installed.release, slot };
  const health =
    active === null ? 'failing' : memory.probation ? 'trial' : trouble === null ? 'ok' : 'degraded';
  return {
    version: 1,
    ...{ device, type, architecture, runtime, channel, active, health },
    detail: active === null ? 'no slot holds a whole model' : (trouble ?? ''),
    ...{ phase, progress, lastResult: memory.last, repositoryVersion },
    publishedAtMs: Math.max(0, Math.round(nowMs)),
    everySeconds: settings.reportSeconds,
  };
}
