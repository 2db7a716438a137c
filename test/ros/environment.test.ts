import test from 'ava';
import { UsageError } from '../../src/core/errors.js';
import { domainConfiguration } from '../../src/ros/dds/domain-configuration.js';
import { loadDds } from '../../src/ros/dds/library.js';
import { rosEnvironment } from '../../src/ros/environment.js';

test("ROS's variables choose domain and reach", (t) => {
  t.like(rosEnvironment({}), { domainId: 0, range: 'subnet' });
  t.like(rosEnvironment({ ROS_DOMAIN_ID: '42', ROS_AUTOMATIC_DISCOVERY_RANGE: 'OFF' }), {
    ...{ domainId: 42, range: 'off' },
  });
  t.is(
    rosEnvironment({ ROS_LOCALHOST_ONLY: '1', ROS_AUTOMATIC_DISCOVERY_RANGE: 'SUBNET' }).range,
    'localhost',
  );
});

test('a variable that cannot be is named and quoted', (t) => {
  for (const id of ['300', '-1', 'x', '1.5']) {
    t.throws(() => rosEnvironment({ ROS_DOMAIN_ID: id }), {
      instanceOf: UsageError,
      message: /ROS_DOMAIN_ID "/,
    });
  }
  t.throws(() => rosEnvironment({ ROS_AUTOMATIC_DISCOVERY_RANGE: 'FAR' }), { message: /"FAR"/ });
});

test("a person's own CycloneDDS configuration comes last", (t) => {
  const own = rosEnvironment({ ROS_LOCALHOST_ONLY: '1', CYCLONEDDS_URI: 'file:///own.xml' });
  t.regex(domainConfiguration(own)!, /127\.0\.0\.1.*,file:\/\/\/own\.xml$/);
  t.is(domainConfiguration(rosEnvironment({ CYCLONEDDS_URI: 'file:///own.xml' })), null);
});

test('without CycloneDDS the package is named', (t) => {
  t.throws(() => loadDds(['libnobody-has-this.so']), { instanceOf: UsageError, message: /libddsc0debian/ });
});
