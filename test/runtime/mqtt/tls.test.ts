import { join } from 'node:path';
import test from 'ava';
import { needing } from '../../support/tools.js';
import { openLink } from './support/link.js';
import { Mosquitto, mosquittoProgram, runTool } from './support/mosquitto.js';
import { until } from './support/until.js';

const withBroker = needing(needing(test, mosquittoProgram, 'mosquitto mosquitto-clients'), 'openssl');

/** A certificate authority of our own; certificates for the broker at 127.0.0.1 and for a client; a stranger's authority. */
function makeCertificates(folder: string): void {
  const at = (name: string): string => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['ca', 'stranger']) {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
    runTool('openssl', ['req', '-x509', ...key, ...files, '-days', '2', '-subj', `/CN=${name}`]);
  }
  for (const [name, extra] of [
    ['broker', ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:broker.example']],
    ['client', []],
  ] as const) {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.csr`)];
    runTool('openssl', ['req', ...key, ...files, '-subj', `/CN=${name}`, ...extra]);
    const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
    const sign = ['x509', '-req', '-in', at(`${name}.csr`), ...authority, '-copy_extensions', 'copy'];
    runTool('openssl', [...sign, '-out', at(`${name}.pem`)]);
  }
}

let broker: Mosquitto;
let file: (name: string) => string;
withBroker.before(async () => {
  broker = await Mosquitto.open({
    url: 'mqtts',
    prepare: makeCertificates,
    config: (folder) => [
      `cafile ${join(folder, 'ca.pem')}`,
      `certfile ${join(folder, 'broker.pem')}`,
      `keyfile ${join(folder, 'broker.key')}`,
      'require_certificate true',
      'use_identity_as_username true',
    ],
  });
  file = (name) => join(broker.folder, name);
});
withBroker.after.always(async () => {
  await broker[Symbol.asyncDispose]();
});

const client = () => ({ cert: file('client.pem'), key: file('client.key') });

withBroker('with the authority and a client certificate the broker lets us in', async (t) => {
  await using link = await openLink({
    url: broker.url,
    device: 'in',
    tls: { ca: file('ca.pem'), ...client() },
  });
  t.is(link.status().protocol, '5');
});

const refusals: readonly [string, () => object, RegExp][] = [
  ['without the authority', () => client(), /^mqtt\.tls\.ca \(none given\): the certificate of mqtts:/],
  [
    "with a stranger's authority",
    () => ({ ca: file('stranger.pem'), ...client() }),
    /^mqtt\.tls\.ca ".*stranger\.pem": the certificate of mqtts:/,
  ],
  ['without a client certificate', () => ({ ca: file('ca.pem') }), /^mqtt\.tls\.cert \(none given\)/],
  [
    'for a broker of another name',
    () => ({ ca: file('ca.pem'), ...client(), servername: 'other.example' }),
    /^mqtt\.tls\.servername: /,
  ],
];
for (const [title, tls, expected] of refusals) {
  withBroker(`${title} the failure names the option`, async (t) => {
    await using link = await openLink({ url: broker.url, device: 'out', tls: tls() }, { connected: false });
    await until(() => link.status().failure !== null, 'the failure');
    t.regex(link.status().failure ?? '', expected);
  });
}

withBroker('a broker of another name is trusted where the options say its name', async (t) => {
  const tls = { ca: file('ca.pem'), ...client(), servername: 'broker.example' };
  await using link = await openLink({ url: broker.url, device: 'named', tls });
  t.true(link.status().connected);
});
