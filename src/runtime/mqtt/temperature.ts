import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The hottest sensor the kernel shows (thermal sysfs), in degrees Celsius; null where there is none. */
export async function readTemperature(folder = '/sys/class/thermal'): Promise<number | null> {
  const zones = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('thermal_zone'));
  const texts = await Promise.all(
    zones.map((zone) => readFile(join(folder, zone, 'temp'), 'utf8').catch(() => '')), // a sleeping sensor fails
  );
  // thousandths of a degree; a sensor that is off says nothing, or nonsense
  const values = texts
    .map((text) => Number.parseInt(text, 10) / 1000)
    .filter((value) => value > -50 && value < 150);
  return values.length > 0 ? Math.max(...values) : null;
}
