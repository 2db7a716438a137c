import { latched } from '../../../../src/ros/backend.js';
import { DdsBackend } from '../../../../src/ros/dds/dds-backend.js';
import { rosEnvironment } from '../../../../src/ros/environment.js';
import { silentLog } from '../../../../src/core/ports/log.js';
import { samples } from './samples.js';

// A process of its own: publishes every sample, each on its own latched topic, until its standard input ends.
const backend = new DdsBackend({ environment: rosEnvironment(process.env), graph: 'iron-or-later' });
const node = await backend.open({ name: 'peer', namespace: '/test' }, silentLog);
for (const [index, { type, message }] of samples.entries()) {
  node.advertise(type, `/sample${index}`, latched).publish(message);
}
process.stdin.resume();
process.stdin.on('end', () => void node.close());
process.stdout.write('ready\n');
