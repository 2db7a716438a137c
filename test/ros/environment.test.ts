import test from 'ava';
import { UsageError } from '../../src/core/errors.js';
import { domainConfigurations } from '../../src/ros/dds/domain-configuration.js';
import { DdsDomain } from '../../src/ros/dds/dds-domain.js';
import { loadDds, type DdsLibrary } from '../../src/ros/dds/library.js';
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
  const [whole, plain] = domainConfigurations(own);
  t.regex(whole!, /SocketReceiveBufferSize.*127\.0\.0\.1.*,file:\/\/\/own\.xml$/);
  t.regex(plain!, /127\.0\.0\.1.*,file:\/\/\/own\.xml$/);
  t.notRegex(plain!, /SocketReceiveBufferSize/);
  t.is(domainConfigurations(rosEnvironment({ CYCLONEDDS_URI: 'file:///own.xml' }))[1], 'file:///own.xml');
});

test('where the library does not know what images ask for, the rest is configured all the same', (t) => {
  const tried: string[] = [];
  const createDomain = (_id: number, configuration: string): number => {
    tried.push(configuration);
    return configuration.includes('SocketReceiveBufferSize') ? -1 : 7; // DDS_RETCODE_ERROR: it cannot be read
  };
  const deleted: number[] = [];
  const library = { createDomain, delete: (entity: number) => deleted.push(entity) } as unknown as DdsLibrary;
  const local = rosEnvironment({ ROS_LOCALHOST_ONLY: '1' });
  const domain = new DdsDomain(library, 0, domainConfigurations(local));
  domain.enter();
  domain.leave();
  t.is(tried.length, 2);
  t.regex(tried[1]!, /127\.0\.0\.1/);
  t.deepEqual(deleted, [7]);
});

test('a configuration that is not understood at all is named by its variable', (t) => {
  const library = { createDomain: () => -1 } as unknown as DdsLibrary;
  const domain = new DdsDomain(library, 0, domainConfigurations(rosEnvironment({ CYCLONEDDS_URI: '<' })));
  const enter = (): void => {
    domain.enter();
  };
  t.throws(enter, { instanceOf: UsageError, message: /^CYCLONEDDS_URI: / });
});

test('without CycloneDDS the package is named', (t) => {
  t.throws(() => loadDds(['libnobody-has-this.so']), { instanceOf: UsageError, message: /libddsc0debian/ });
});
