import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import type { Permission } from '../../../src/core/ports/control-authority.js';
import { describeOrigin } from '../../../src/core/ports/control.js';
import { CurrentConfig } from '../../../src/cli/service/current-config.js';
import { rosParameters } from '../../../src/cli/service/ros-parameters.js';
import { configSchema } from '../../../src/runtime/config/schema.js';

function open(permission: Permission = 'command') {
  const config = configSchema.parse({
    source: { uri: 'rtsp://eye:hush@camera/' },
    ros: { boxes: { depth: 2 }, remap: ['a:=b'] },
    console: {},
    tracker: { windowInfluence: 0.3 },
  });
  const current = new CurrentConfig({ config, settings: [] });
  const parameters = rosParameters(
    () => ({
      settings: () => current.settings(),
      change: (key, value, origin) => void current.change(key, value, describeOrigin(origin)),
    }),
    () => permission,
  );
  const find = (name: string) => parameters.all().find((it) => it.name === name);
  return { current, parameters, find };
}

test('settings are parameters with their types, those of ros by the names they start with', (t) => {
  const { find, parameters } = open();
  t.like(find('frameId'), { type: 'string', value: 'camera', change: null });
  t.like(find('boxes.depth'), { type: 'integer', value: 2, change: null });
  t.like(find('remap'), { type: 'string array', value: ['a:=b'], change: null });
  t.like(find('autostart'), { type: 'bool', value: true, change: null });
  t.like(find('console.video.fps'), { type: 'double', value: 30, change: { form: 'number', max: 120 } });
  t.like(find('console.video.quality'), { type: 'integer', change: { form: 'number', max: 95 } });
  t.like(find('log.level'), { type: 'string', change: { form: 'choice' } });
  t.like(find('tracker.windowInfluence'), { type: 'double', value: 0.3, change: null });
  const names = parameters.all().map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  t.false(JSON.stringify(parameters.all()).includes('hush'));
});

test('what the console may change is changed in the same way, and who did it is told', (t) => {
  const { current, parameters, find } = open();
  void parameters.set('console.video.fps', 12);
  void parameters.set('log.level', 'debug');
  t.is(current.now.console?.video.fps, 12);
  t.is(current.now.log.level, 'debug');
  t.is(find('log.level')?.description, 'set by ros:parameters');
});

test('what the configuration does not take is refused, and so is who may not command', (t) => {
  const { current, parameters } = open();
  const refused = (name: string, value: boolean | number | string) =>
    t.throws(() => parameters.set(name, value), { instanceOf: UsageError }).message;
  t.regex(refused('console.video.fps', 500), /^console\.video\.fps "500": /);
  t.regex(refused('log.level', 'loud'), /^log\.level "loud": /);
  t.regex(refused('tracker.windowInfluence', 0.5), /cannot be changed while running$/);
  t.regex(refused('autostart', false), /cannot be changed while running$/);
  const watching = open('read-only');
  const { message } = t.throws(() => watching.parameters.set('log.level', 'debug'));
  t.is(message, 'log.level: control.ros is "read-only"');
  t.is(current.now.log.level, 'info');
});
