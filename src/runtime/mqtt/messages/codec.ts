import { decode, encode } from 'cborg';
import type { PublicationProperties } from '../connection/publication.js';
import { isPlainCbor } from './plain-cbor.js';

/** How messages become bytes. */
export interface Codec {
  /** Tells receivers of MQTT 5 what it is. */
  readonly properties: PublicationProperties;
  readonly encode: (message: object) => string | Buffer;
}

export function createCodec(encoding: 'json' | 'cbor'): Codec {
  if (encoding === 'json') {
    const properties = { contentType: jsonType, payloadFormatIndicator: true };
    return { properties, encode: (message) => JSON.stringify(message) };
  }
  return {
    properties: { contentType: cborType },
    encode: (message) => Buffer.from(encode(message, { ignoreUndefinedProperties: true })),
  };
}

/** The codec a message is written in, by its first byte: a CBOR map begins with one that no JSON text has. */
export function codecFor(payload: Uint8Array): Codec | null {
  if (isCborMap(payload)) return createCodec('cbor');
  return payload[0] === openingBrace ? createCodec('json') : null;
}

/**
 * Reads a message in either encoding, whichever it is written in.
 * @throws SyntaxError in words for the sender.
 */
export function decodeMessage(payload: Uint8Array): unknown {
  if (isCborMap(payload)) {
    if (!isPlainCbor(payload)) throw new SyntaxError(notPlain);
    try {
      return decode(payload, { allowIndefinite: false, allowUndefined: false, allowBigInt: false });
    } catch (cause) {
      throw new SyntaxError(notPlain, { cause });
    }
  }
  try {
    return JSON.parse(utf8.decode(payload));
  } catch (cause) {
    throw new SyntaxError('not valid JSON', { cause });
  }
}

const jsonType = 'application/json';
const cborType = 'application/cbor';

const notPlain = 'not valid CBOR (plain values of definite length)';

/** Major type 5, of definite or indefinite length. */
function isCborMap([first = 0]: Uint8Array): boolean {
  return first >= 0xa0 && first <= 0xbf;
}

const openingBrace = 0x7b;

const utf8 = new TextDecoder('utf-8', { fatal: true });
