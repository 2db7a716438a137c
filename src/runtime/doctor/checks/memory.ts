import { join } from 'node:path';
import { formatBytes } from '../../config/bytes.js';
import { findings, type Check } from '../finding.js';
import { readText } from '../system-files.js';

const { ok, note, warning } = findings('memory');

/** The service takes about 300 MB. */
const neededBytes = 400e6;

export const checkMemory: Check = {
  about: 'memory',
  examine: async ({ root }) => {
    const text = (await readText(join(root, 'proc/meminfo'))) ?? '';
    const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
    if (kilobytes === undefined) return [note('the kernel does not say how much memory is free')];
    const available = Number(kilobytes) * 1024;
    const said = `${formatBytes(available)} available`;
    if (available >= neededBytes) return [ok(said)];
    return [warning(`${said}; the service needs about 300 MB`, 'end other programs, or add swap (zram)')];
  },
};
