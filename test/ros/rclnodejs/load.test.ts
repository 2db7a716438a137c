import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { loadRclnodejs } from '../../../src/ros/rclnodejs/load.js';
import { FakeRos } from './support/fake-rclnodejs.js';

const installation = { version: '2.2.0', directory: '/r', binary: '/r/b.node', distro: 'jazzy' };

test('the binary is tried before the module is imported, which would compile itself without one', async (t) => {
  let imported = 0;
  const importModule = (): Promise<unknown> => {
    imported += 1;
    return Promise.resolve({});
  };
  const loadBinary = (): never => {
    throw new Error('librcl.so: cannot open shared object file');
  };
  await t.throwsAsync(loadRclnodejs(installation, { loadBinary, importModule }), {
    instanceOf: UsageError,
    message: /ROS jazzy cannot be loaded \(librcl\.so.*\): source/,
  });
  t.is(imported, 0);
});

test("rclnodejs's own handler of SIGINT is taken away", async (t) => {
  const ros = new FakeRos();
  const tried: string[] = [];
  const rcl = await loadRclnodejs(installation, {
    loadBinary: (path) => tried.push(path),
    importModule: () => Promise.resolve(ros.module),
  });
  t.truthy(rcl.Context);
  t.deepEqual(tried, ['/r/b.node']);
  t.false(ros.signalHandlers);
});
