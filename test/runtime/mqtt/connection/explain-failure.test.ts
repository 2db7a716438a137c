import test from 'ava';
import {
  explainFailure,
  isProtocolRefusal,
} from '../../../../src/runtime/mqtt/connection/explain-failure.js';
import { mqttOptionsSchema } from '../../../../src/runtime/mqtt/options.js';

const options = mqttOptionsSchema.parse({
  url: 'mqtt://b:1883',
  device: 'd1',
  username: 'robot',
  passwordFile: 'pw',
});
const failure = (code: string | number, message = 'it failed'): Error =>
  Object.assign(new Error(message), { code });

const cases: readonly [string | number, RegExp][] = [
  [4, /^mqtt\.username "robot", mqtt\.passwordFile "pw": .*refuses the user name or password/],
  [134, /^mqtt\.username "robot", mqtt\.passwordFile "pw": .*refuses the user name or password/],
  [5, /^mqtt\.username "robot", .*does not let us in/],
  [133, /^mqtt\.device "d1": .*refuses the client id/],
  [132, /^mqtt\.protocol "auto": not spoken by mqtt:\/\/b:1883/],
  ['ENOTFOUND', /^mqtt\.url "mqtt:\/\/b:1883": no such host \(ENOTFOUND\)/],
  ['CERT_HAS_EXPIRED', /clock/],
  ['EWHATEVER', /^mqtt\.url "mqtt:\/\/b:1883": it failed \(EWHATEVER\)/],
];
for (const [code, expected] of cases) {
  test(`a failure with ${code} is told with its option`, (t) => {
    t.regex(explainFailure(failure(code), options), expected);
  });
}

test('a host with several addresses is told by its first', (t) => {
  const error = new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')], '');
  t.regex(explainFailure(error, options), /no broker listens there \(ECONNREFUSED\)/);
});

test('only a refused version makes another version worth a try', (t) => {
  t.deepEqual(
    [1, 132, 'HUNG_UP', 4, 134, 'ECONNREFUSED'].map((code) => isProtocolRefusal(failure(code))),
    [true, true, true, false, false, false],
  );
});
