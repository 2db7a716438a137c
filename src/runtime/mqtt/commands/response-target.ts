/** Longest topic an answer is sent to, and most bytes of correlation data it carries back. */
const maxTopicLength = 256;
const maxCorrelationBytes = 256;

export interface ResponseTarget {
  readonly topic: string;
  readonly correlationData: Buffer | null;
}

/**
 * Where the answer goes: the topic the sender asked for, else the device's own. A sender must not make the device write
 * where it could not write itself: on the topics of this and other devices, or of the broker.
 * @returns a problem, in words, for a topic that cannot be.
 */
export function responseTarget(
  asked: { readonly responseTopic: string | null; readonly correlationData: Buffer | null },
  { prefix, response }: { readonly prefix: string; readonly response: string },
): ResponseTarget | { readonly problem: string } {
  const { responseTopic, correlationData } = asked;
  if (correlationData && correlationData.length > maxCorrelationBytes) {
    return { problem: `correlation data of ${correlationData.length} bytes; ${maxCorrelationBytes} at most` };
  }
  if (responseTopic === null || responseTopic === response) return { topic: response, correlationData };
  const shown = JSON.stringify(responseTopic.slice(0, 80));
  // eslint-disable-next-line no-control-regex -- control characters are just what is looked for
  if (responseTopic.length > maxTopicLength || /^$|[+#\u0000-\u001f]/.test(responseTopic)) {
    return { problem: `response topic ${shown} is not a topic` };
  }
  const reserved = responseTopic.startsWith('$') || responseTopic.startsWith(`${prefix}/`);
  if (reserved && !responseTopic.startsWith(`${response}/`)) {
    return { problem: `response topic ${shown}: must lie outside ${prefix}/, or below ${response}/` };
  }
  return { topic: responseTopic, correlationData };
}
