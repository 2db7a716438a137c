import { join } from 'node:path';
import { findings, type Check, type Finding } from '../finding.js';
import { canReadAndWrite, names } from '../system-files.js';

const { ok, note, warning } = findings('serial');

/** USB adapters, modems and autopilots, the Jetson's and the Raspberry Pi's own ports. */
const ports = /^(ttyACM|ttyUSB|ttyTHS|ttyAMA|ttyS)\d+$/;

export const checkSerial: Check = {
  about: 'serial',
  examine: async ({ root }) => {
    const found = (await names(join(root, 'dev'))).filter((name) => ports.test(name));
    // a PC lists ttyS0..31 whether they exist or not
    const real = found.filter((name) => !/^ttyS\d/.test(name));
    if (real.length === 0) return [note('no serial port; an autopilot may also be reached over UDP')];
    const byId = await names(join(root, 'dev/serial/by-id'));
    const results: Finding[] = [];
    for (const name of real) {
      const path = join(root, 'dev', name);
      if (await canReadAndWrite(path)) results.push(ok(path));
      else {
        const fix =
          'sudo usermod -aG dialout $USER, then log in again; deploy/udev gives the service its rights';
        results.push(warning(`${path}: no right to use it`, fix));
      }
    }
    if (byId.length > 0)
      results.push(note(`names that stay: ${byId.map((id) => `/dev/serial/by-id/${id}`).join(', ')}`));
    return results;
  },
};
