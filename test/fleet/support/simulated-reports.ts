import { createRandom } from '../../../src/core/random.js';
import { reportTopic, type DeviceReport } from '../../../src/fleet/report.js';

const types = ['jetson-orin-nano', 'jetson-orin-nx', 'raspberry-pi-5', 'generic-x64'];
const reasons = [
  'golden clip: 41 % of the frames fit',
  'update takes 48 ms, and may take 33',
  'disk is full',
];

/** Reports as a large fleet gives them in the middle of a rollout: always the same ones for a seed. */
export function simulatedReports(count: number, nowMs: number, seed = 1): DeviceReport[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const chance = random.next();
    const canary = index % 20 === 0;
    const next = canary || random.next() < 0.3;
    const failed = chance < 0.01;
    const refused = chance >= 0.01 && chance < 0.03;
    const silent = chance >= 0.03 && chance < 0.06;
    const trial = next && !failed && !refused && random.next() < 0.25;
    const version = next && !refused ? '2026-11-28-9c41d07e' : '2026-11-22-41772426';
    const atMs = Math.round(nowMs - random.next() * 7_200_000);
    return {
      version: 1,
      device: `drone-${index + 1}`,
      type: types[index % types.length]!,
      architecture: index % 4 === 3 ? 'x64' : 'arm64',
      runtime: '0.1.0',
      channel: canary ? 'canary' : 'stable',
      active: { model: 'nano', version, release: next ? 7 : 4, slot: index % 3 === 0 ? 'b' : 'a' },
      health: failed ? 'failing' : refused ? 'degraded' : trial ? 'trial' : 'ok',
      detail: failed
        ? 'no model runs: the camera thread died three times'
        : refused
          ? `2026-11-28-9c41d07e refused: ${reasons[index % reasons.length]!}`
          : '',
      phase: trial ? 'watching' : 'idle',
      progress: trial ? 0.5 : null,
      lastResult: {
        kind: refused ? 'refused' : trial ? 'installed' : 'confirmed',
        model: 'nano',
        version: refused ? '2026-11-28-9c41d07e' : version,
        reason: refused ? reasons[index % reasons.length]! : '',
        atMs,
      },
      repositoryVersion: 7,
      publishedAtMs: Math.round(nowMs - (silent ? 600_000 + random.next() * 9e7 : random.next() * 55_000)),
      everySeconds: 60,
    };
  });
}

/** As the broker keeps them. */
export function asMessage(report: DeviceReport): [topic: string, payload: Buffer] {
  return [reportTopic(report.device), Buffer.from(JSON.stringify(report))];
}
