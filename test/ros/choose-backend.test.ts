import test from 'ava';
import { UsageError } from '../../src/core/errors.js';
import { chooseBackend } from '../../src/ros/choose-backend.js';
import type { BackendChoice } from '../../src/ros/choose-backend.js';

const installation = { version: '2.2.0', directory: '/r', binary: '/r/b.node', distro: 'jazzy' };
const found = () => installation;
const notFound = (): never => {
  throw new UsageError('no ROS 2 is sourced (ROS_DISTRO is not set)');
};

function choose(choice: BackendChoice, find: () => typeof installation) {
  return chooseBackend({ choice, variables: {}, graph: 'iron-or-later', find });
}

test('where a ROS is sourced and rclnodejs is there, it is taken; otherwise DDS, and it is said why', (t) => {
  t.like(choose('auto', found), { name: 'rclnodejs', why: 'rclnodejs: ROS jazzy is sourced' });
  t.like(choose('auto', notFound), {
    name: 'dds',
    why: 'DDS: no ROS 2 is sourced (ROS_DISTRO is not set)',
  });
});

test('what is asked for is taken, or refused with the reason', (t) => {
  t.like(choose('dds', found), { name: 'dds', why: 'DDS: as ros.backend says' });
  t.is(choose('rclnodejs', found).name, 'rclnodejs');
  t.throws(() => choose('rclnodejs', notFound), {
    instanceOf: UsageError,
    message: /^ros\.backend "rclnodejs": no ROS 2 is sourced/,
  });
});

test('a fault that is no question of what is installed is not taken for one', (t) => {
  const broken = (): never => {
    throw new RangeError('broken');
  };
  t.throws(() => choose('auto', broken), { instanceOf: RangeError });
});
