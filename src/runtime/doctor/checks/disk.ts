import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes, parseBytes } from '../../config/bytes.js';
import { listSegments } from '../../recording/segment-files.js';
import { findings, type Check } from '../finding.js';
import { canReadAndWrite } from '../system-files.js';

const { ok, note, warning, problem } = findings('disk');

/** Whether the recording's budget fits. */
export const checkDisk: Check = {
  about: 'disk',
  examine: async ({ config, root }) => {
    const recording = config?.recording;
    const place = await existing(recording?.dir ?? root);
    const { bavail, bsize } = await statfs(place);
    const free = bavail * bsize;
    const said = `${place}: ${formatBytes(free)} free`;
    if (!recording)
      return [free < 200e6 ? warning(said, 'make room: logs need some') : note(`${said}; no recording`)];
    if (!(await canReadAndWrite(place))) {
      return [
        problem(
          `recording.dir "${recording.dir}": no right to write in ${place}`,
          `sudo chown $USER ${place}`,
        ),
      ];
    }
    const taken = (await listSegments(recording.dir).catch(() => [])).reduce(
      (sum, { bytes }) => sum + bytes,
      0,
    );
    const needed =
      parseBytes(recording.budget, 'budget') + parseBytes(recording.keepFree, 'keepFree') - taken;
    if (needed <= free) return [ok(`${said}; recording.budget ${recording.budget} fits`)];
    const text = `${said}; recording.budget ${recording.budget} and keepFree ${recording.keepFree} need ${formatBytes(needed)}`;
    return [
      warning(
        text,
        'a smaller recording.budget, or a larger disk; until then the oldest segments go earlier',
      ),
    ];
  },
};

/** The folder, or the nearest one above it that is there. */
async function existing(path: string): Promise<string> {
  const there = await statfs(path).then(
    () => true,
    () => false,
  );
  return there || path === dirname(path) ? path : existing(dirname(path));
}
