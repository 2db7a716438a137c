import test from 'ava';
import { chooseRelease, rolloutPosition, whyNot, type DeviceTraits } from '../../src/fleet/audience.js';
import { parseRelease, targetPath, type Release } from '../../src/fleet/release.js';

const device: DeviceTraits = {
  id: 'drone-1',
  channel: 'stable',
  type: 'jetson-orin-nano',
  architecture: 'arm64',
  runtime: '0.2.0',
};

function release(changes: Partial<Release> = {}): Release {
  return {
    format: 'tagalong-release/1',
    model: 'nano',
    version: '1',
    release: 1,
    channel: 'stable',
    percent: 100,
    devices: null,
    deviceTypes: null,
    architectures: null,
    unpackedBytes: 1000,
    minimumRuntime: '0.1.0',
    ...changes,
  };
}

test('a device runs the highest release that concerns it', (t) => {
  const releases = [
    release({ release: 1 }),
    release({ release: 3, version: '3', channel: 'canary' }),
    release({ release: 2, version: '2' }),
    release({ release: 9, model: 'teacher' }),
  ];
  t.is(chooseRelease(releases, 'nano', device)?.version, '2');
  t.is(chooseRelease(releases, 'nano', { ...device, channel: 'canary' })?.version, '3');
  t.is(chooseRelease(releases, 'other', device), null);
});

const refusals: Record<string, [Partial<Release>, RegExp]> = {
  'another processor': [{ architectures: ['x64'] }, /is for x64, this device is arm64/],
  'another device type': [{ deviceTypes: ['raspberry-pi-5'] }, /is for raspberry-pi-5/],
  'a newer runtime': [{ minimumRuntime: '0.10.0' }, /needs tagalong 0\.10\.0/],
  'named devices': [{ devices: ['drone-2'] }, /not for this one/],
  canary: [{ channel: 'canary' }, /channel canary/],
  'nobody yet': [{ percent: 0 }, /0 % of the devices so far/],
};
for (const [name, [changes, reason]] of Object.entries(refusals)) {
  test(`a release for ${name} does not concern a device`, (t) => {
    t.regex(whyNot(release(changes), device) ?? '', reason);
  });
}

test('a named device takes a release whatever its channel and the percentage', (t) => {
  t.is(whyNot(release({ devices: ['drone-1'], channel: 'canary', percent: 0 }), device), null);
});

test('a named device of the wrong type still does not take it', (t) => {
  t.regex(whyNot(release({ devices: ['drone-1'], architectures: ['x64'] }), device) ?? '', /x64/);
});

test('a runtime of the very version, or of a pre-release above, will do', (t) => {
  for (const runtime of ['0.1.0', '0.1.1-rc.1', '1.0.0', '0.11.0']) {
    t.is(whyNot(release(), { ...device, runtime }), null, runtime);
  }
});

test('a rollout grows: who has it at 10 % has it at 40 %, and about as many devices as said', (t) => {
  const ids = Array.from({ length: 4000 }, (_, i) => `device-${i}`);
  const at = (percent: number): Set<string> =>
    new Set(ids.filter((id) => whyNot(release({ percent }), { ...device, id }) === null));
  const [ten, forty] = [at(10), at(40)];
  t.true([...ten].every((id) => forty.has(id)));
  t.true(Math.abs(ten.size - 400) < 80, `${ten.size}`);
  t.true(Math.abs(forty.size - 1600) < 130, `${forty.size}`);
});

test('a version after it begins with other devices', (t) => {
  const order = (version: string): number => rolloutPosition({ model: 'nano', version }, 'drone-1');
  t.not(order('1'), order('2'));
  t.is(order('1'), order('1'));
});

test('a target must lie where its release says', (t) => {
  const custom = release({ version: '2.0' });
  t.is(targetPath(custom), 'nano/2.0.tar.br');
  t.deepEqual(parseRelease('nano/2.0.tar.br', custom), custom);
  t.throws(() => parseRelease('nano/1.0.tar.br', custom), { name: 'FleetError', message: /says of itself/ });
  t.throws(() => parseRelease('nano/2.0.tar.br', { ...custom, percent: 200 }), {
    message: /custom\.percent/,
  });
  t.throws(() => parseRelease('nano/2.0.tar.br', { ...custom, surprise: 1 }), { message: /custom/ });
});
