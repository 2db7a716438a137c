import test from 'ava';
import { encode } from 'cborg';
import fc from 'fast-check';
import { codecFor, createCodec, decodeMessage } from '../../../../src/runtime/mqtt/messages/codec.js';
import { isPlainCbor } from '../../../../src/runtime/mqtt/messages/plain-cbor.js';

/** Objects of what JSON can say; integers of CBOR's exact kind. */
const plainObject = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__'),
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
      fc.array(tie('value'), { maxLength: 4 }),
    ),
  })).value,
);

for (const encoding of ['json', 'cbor'] as const) {
  test(`what ${encoding} writes is read back as it was, and its encoding known`, (t) => {
    const codec = createCodec(encoding);
    fc.assert(
      fc.property(plainObject, (message) => {
        const bytes = Buffer.from(codec.encode(message));
        t.deepEqual(decodeMessage(bytes), JSON.parse(JSON.stringify(message)));
        t.is(codecFor(bytes)?.properties.contentType, codec.properties.contentType);
      }),
    );
  });
}

test('no bytes make the reader do anything but answer or refuse', (t) => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  const likeCbor = bytes.map((rest) => Uint8Array.from([0xa0 + (rest.length % 32), ...rest]));
  fc.assert(
    fc.property(fc.oneof(bytes, likeCbor), (payload) => {
      try {
        decodeMessage(payload);
        return true;
      } catch (error) {
        return error instanceof SyntaxError;
      }
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

const refused: readonly [string, Uint8Array][] = [
  ['a tag', Buffer.from('a16161d81b8261786179', 'hex')],
  ['a date, which is a tag', Buffer.from('a16161c100', 'hex')],
  ['a byte string', encode({ a: Buffer.from('x') })],
  ['a length beyond the end', Buffer.from('a161619a06b8ffff', 'hex')],
  ['a map of indefinite length', Buffer.from('bf616101ff', 'hex')],
  ['something after the end', Buffer.concat([encode({ a: 1 }), Buffer.from([0])])],
  ['deep nesting', Buffer.concat([Buffer.from('a16161', 'hex'), Buffer.alloc(50, 0x81), Buffer.from([1])])],
  ['nothing', Buffer.alloc(0)],
];
for (const [title, bytes] of refused) {
  test(`${title} is not plain CBOR`, (t) => {
    t.false(isPlainCbor(bytes));
  });
}

test('the examples of RFC 8949 that JSON can say are plain CBOR', (t) => {
  for (const hex of [
    '00',
    '1903e8',
    '1b000000e8d4a51000',
    '20',
    'f93c00',
    'fb3ff199999999999a',
    'fa47c35000',
    'f4',
    'f6',
    '62c3bc',
    '83010203',
    '8301820203820405',
    'a26161016162820203',
    '826161a161626163',
  ]) {
    t.true(isPlainCbor(Buffer.from(hex, 'hex')), hex);
  }
});
