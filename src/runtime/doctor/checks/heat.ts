import { join } from 'node:path';
import { readTemperatures } from '../../metrics/temperatures.js';
import { findings, type Check, type Finding } from '../finding.js';
import { names, readText } from '../system-files.js';

const { ok, note, warning } = findings('heat');

const hotCelsius = 80;

/** Temperatures, and whether the machine has slowed down because of heat or weak power. */
export const checkHeat: Check = {
  about: 'heat',
  examine: async ({ root }) => [
    await examineTemperatures(root),
    ...(await examineThrottling(root)),
    ...(await examineGovernor(root)),
  ],
};

async function examineTemperatures(root: string): Promise<Finding> {
  const all = await readTemperatures(join(root, 'sys/class/thermal'));
  if (all.length === 0) return note('the kernel shows no temperature');
  const said = all.map(({ zone, celsius }) => `${zone} ${celsius.toFixed(0)} °C`).join(', ');
  const hottest = Math.max(...all.map(({ celsius }) => celsius));
  return hottest < hotCelsius ? ok(said) : warning(said, 'a heat sink, a fan, or shade');
}

/** Flags of the Raspberry Pi's firmware: bit 0 weak power, 1 capped, 2 throttled, 3 soft limit; from bit 16 on: since boot. */
const piFlags: readonly (readonly [bit: number, text: string])[] = [
  [0, 'weak power now'],
  [1, 'frequency capped now'],
  [2, 'throttled now'],
  [3, 'at its soft temperature limit now'],
  [16, 'weak power since boot'],
  [17, 'frequency capped since boot'],
  [18, 'throttled since boot'],
  [19, 'at its soft temperature limit since boot'],
];

async function examineThrottling(root: string): Promise<Finding[]> {
  const raspberry = await readText(join(root, 'sys/devices/platform/soc/soc:firmware/get_throttled'));
  const flags = Number.parseInt(raspberry ?? '', 16);
  const told = piFlags.filter(([bit]) => (flags >> bit) & 1).map(([, text]) => text);
  const counts = await Promise.all(
    (await names(join(root, 'sys/devices/system/cpu')))
      .filter((name) => /^cpu\d+$/.test(name))
      .map((cpu) =>
        readText(join(root, 'sys/devices/system/cpu', cpu, 'thermal_throttle/core_throttle_count')),
      ),
  );
  const throttled = Math.max(0, ...counts.map(Number).filter(Number.isFinite));
  if (throttled > 0) told.push(`throttled ${throttled} times since boot`);
  if (told.length === 0) return [];
  return [
    warning(
      told.join(', '),
      'better cooling; for weak power the power supply the maker names, a short thick cable',
    ),
  ];
}

async function examineGovernor(root: string): Promise<Finding[]> {
  const governor = await readText(join(root, 'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'));
  if (governor !== 'powersave') return [];
  const fix =
    'echo schedutil | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor; on a Jetson: sudo nvpmodel -m 0';
  return [note('the processor saves power (governor powersave): updates may take longer', fix)];
}
