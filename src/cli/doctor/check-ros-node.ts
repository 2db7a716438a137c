import { join } from 'node:path';
import { silentLog } from '../../core/ports/log.js';
import { rosOptionsSchema } from '../../core/ros/options.js';
import { findings, type Check, type Finding } from '../../runtime/doctor/finding.js';
import { readText } from '../../runtime/doctor/system-files.js';
import { parseSourceUri } from '../../runtime/sources/source-uri.js';
import { openBackend } from '../../ros/open-backend.js';
import { openImageSource } from '../../ros/image/open-image-source.js';
import { remapOf } from '../../ros/open-ros.js';

const { ok, problem, warning } = findings('ros');

/** What holds an image of 1280x720 while the reading thread is late. */
const enoughBuffer = 4 * 1024 * 1024;

/** Joins ROS as the service would, and looks for images where its source is a topic. Publishes nothing. */
export const checkRosNode: Check = {
  about: 'ros',
  examine: async ({ config, environment, signal, root }) => {
    const source = config && parseSourceUri(config.source.uri);
    if (!config || (!config.ros && source?.scheme !== 'ros')) return [];
    const ros = config.ros ?? rosOptionsSchema.parse({});
    const { namespace, remap } = ros;
    const { backend, why } = openBackend(ros, environment);
    const identity = { name: `${ros.name}_doctor`, namespace, remap: remapOf(remap) };
    await using participant = await backend.open(identity, silentLog);
    const joined = ok(`joined ROS: ${participant.detail} (${why})`);
    if (source?.scheme !== 'ros') return [joined];
    const narrow = source.target.endsWith('/compressed') ? [] : await lookForRoom(root);
    return [joined, ...narrow, await lookForImages()];

    async function lookForImages(): Promise<Finding> {
      try {
        const options = { topic: source!.target, log: silentLog, signal };
        await using images = await openImageSource(participant, options);
        const { width, height, detail } = images.describe();
        return ok(`${width}x${height}: ${detail}`);
      } catch (error) {
        signal.throwIfAborted();
        return problem((error as Error).message, 'ros2 topic info -v shows publishers and their QoS');
      }
    }
  },
};

/** Raw images come in hundreds of packets at once, which the system must keep until they are read. */
async function lookForRoom(root: string): Promise<Finding[]> {
  const bytes = Number(await readText(join(root, 'proc/sys/net/core/rmem_max')));
  if (!(bytes > 0 && bytes < enoughBuffer)) return [];
  const found = `net.core.rmem_max is ${bytes}: large images will get lost`;
  return [warning(found, 'sudo sysctl -w net.core.rmem_max=16777216, and the same in /etc/sysctl.d')];
}
