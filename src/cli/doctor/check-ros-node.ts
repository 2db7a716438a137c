import { silentLog } from '../../core/ports/log.js';
import { rosOptionsSchema } from '../../core/ros/options.js';
import { findings, type Check, type Finding } from '../../runtime/doctor/finding.js';
import { parseSourceUri } from '../../runtime/sources/source-uri.js';
import { openBackend } from '../../ros/open-backend.js';
import { openImageSource } from '../../ros/image/open-image-source.js';
import { remapOf } from '../../ros/open-ros.js';

const { ok, problem } = findings('ros');

/** Joins ROS as the service would, and looks for images where its source is a topic. Publishes nothing. */
export const checkRosNode: Check = {
  about: 'ros',
  examine: async ({ config, environment, signal }) => {
    const source = config && parseSourceUri(config.source.uri);
    if (!config || (!config.ros && source?.scheme !== 'ros')) return [];
    const ros = config.ros ?? rosOptionsSchema.parse({});
    const { namespace, remap } = ros;
    const { backend, why } = openBackend(ros, environment);
    const identity = { name: `${ros.name}_doctor`, namespace, remap: remapOf(remap) };
    await using participant = await backend.open(identity, silentLog);
    const joined = ok(`joined ROS: ${participant.detail} (${why})`);
    if (source?.scheme !== 'ros') return [joined];
    return [joined, await lookForImages()];

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
