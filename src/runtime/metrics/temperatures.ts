import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Temperature {
  /** What the kernel calls the sensor, such as `cpu-thermal`. */
  readonly zone: string;
  readonly celsius: number;
}

/** Every sensor the kernel shows (thermal sysfs); none where it shows none. */
export async function readTemperatures(folder = '/sys/class/thermal'): Promise<Temperature[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('thermal_zone'));
  const read = (name: string, file: string): Promise<string> =>
    readFile(join(folder, name, file), 'utf8').catch(() => ''); // a sleeping sensor fails
  const all = await Promise.all(
    names.sort().map(async (name) => {
      const [type, text] = await Promise.all([read(name, 'type'), read(name, 'temp')]);
      return { zone: type.trim() || name, celsius: Number.parseInt(text, 10) / 1000 };
    }),
  );
  // a sensor that is off says nothing, or nonsense
  return all.filter(({ celsius }) => celsius > -50 && celsius < 150);
}
