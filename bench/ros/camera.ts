/** A process of its own that publishes images of 1280x720 rgb8 at 30 a second. */
import { silentLog } from '../../src/core/ports/log.js';
import { sensorData } from '../../src/ros/backend.js';
import { openBackend } from '../../src/ros/open-backend.js';
import { play } from './role.js';

const [width, height, fps] = [1280, 720, 30];
const { backend } = openBackend({ backend: 'dds', graph: 'auto' });
const node = await backend.open({ name: 'camera', namespace: '/' }, silentLog);
const topic = node.advertise('sensor_msgs/msg/Image', 'camera/image_raw', sensorData);
const data = new Uint8Array(3 * width * height);
let [sent, count] = [0, 0];
const begin = performance.now();
setInterval(() => {
  for (; sent < ((performance.now() - begin) * fps) / 1000; sent += 1) {
    data.fill(sent & 255);
    const now = performance.timeOrigin + performance.now();
    const stamp = { sec: Math.floor(now / 1000), nanosec: Math.floor((now % 1000) * 1e6) };
    const header = { stamp, frame_id: 'camera_optical_frame' };
    topic.publish({ header, height, width, encoding: 'rgb8', is_bigendian: 0, step: 3 * width, data });
    count += 1;
  }
}, 2);
play(() => {
  const published = count;
  count = 0;
  return { count: published, latenciesMs: [] };
});
