import { UsageError } from '../../../core/errors.js';
import type { MqttOptions } from '../options.js';

/** Why a connection failed, in words that name the option to look at. Never quotes a secret. */
export function explainFailure(error: unknown, options: MqttOptions): string {
  const { url, tls } = options;
  const { code, message } = failureFacts(error);
  if (error instanceof UsageError) return message;
  if (code === 4 || code === 134) return `${login(options)}: ${url} refuses the user name or password`;
  if (code === 5 || code === 135) {
    return `${login(options)}: ${url} does not let us in: wrong name or password, or no right to connect`;
  }
  if (code === 2 || code === 133) return `mqtt.device "${options.device}": ${url} refuses the client id`;
  if (code === 1 || code === 132) return `mqtt.protocol "${options.protocol}": not spoken by ${url}`;
  if (typeof code !== 'string') return `mqtt.url "${url}": ${message}`;
  if (untrusted.has(code)) {
    const ca = tls?.ca === undefined ? 'mqtt.tls.ca (none given)' : `mqtt.tls.ca "${tls.ca}"`;
    return `${ca}: the certificate of ${url} is not signed by an authority in it (${code})`;
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return `mqtt.url "${url}": the broker's certificate is not valid now (${code}); is this machine's clock right?`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `mqtt.tls.servername: ${message}`;
  }
  if (/ALERT_(CERTIFICATE|BAD_CERTIFICATE|HANDSHAKE|UNKNOWN_CA)|CERTIFICATE_REQUIRED/.test(code)) {
    const cert = tls?.cert === undefined ? 'mqtt.tls.cert (none given)' : `mqtt.tls.cert "${tls.cert}"`;
    return `${cert}: ${url} refuses the client certificate (${code})`;
  }
  if (/^ERR_(SSL|OSSL|CRYPTO)/.test(code)) return `mqtt.tls: ${url}: ${message}`;
  return `mqtt.url "${url}": ${reasons[code] ?? message} (${code})`;
}

/** The options that say who we are, without the secret. */
function login({ username, passwordFile, passwordEnvironment }: MqttOptions): string {
  if (username === undefined) return 'mqtt.username (none given)';
  const password = [
    passwordFile === undefined ? [] : [`mqtt.passwordFile "${passwordFile}"`],
    passwordEnvironment === undefined ? [] : [`mqtt.passwordEnvironment "${passwordEnvironment}"`],
  ].flat();
  return [`mqtt.username "${username}"`, ...password].join(', ');
}

/** Whether the broker may be one that speaks another version: it said so, or hung up without a word. */
export function isProtocolRefusal(error: unknown): boolean {
  const { code } = failureFacts(error);
  return code === 1 || code === 132 || code === hungUp;
}

/** The code of an error for a connection that was closed before the broker answered. */
export const hungUp = 'HUNG_UP';

/** @returns `code` a reason code of the broker, a code of Node, or undefined. */
function failureFacts(error: unknown): { code: unknown; message: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  // a host with several addresses fails with one error for each
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  if (inner instanceof Error && error.message === '') return failureFacts(inner);
  return { code: (error as { code?: unknown }).code, message: error.message };
}

const untrusted: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
]);

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no broker listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the host does not answer',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  [hungUp]: 'closed the connection without an answer',
};
