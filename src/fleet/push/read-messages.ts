import { FleetError } from '../../core/errors.js';
import { pushMessageSchema, type PushMessage, type PushResult } from './messages.js';

/** No line of an agent is longer. */
const longestLine = 16_384;

/**
 * Reads what a device says until its result. Lines that are none of an agent's, as a login shell may print, are passed over.
 * @throws FleetError when it ends without a result.
 */
export async function readMessages(
  chunks: AsyncIterable<Uint8Array>,
  onMessage: (message: PushMessage) => void,
): Promise<PushResult> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop()!;
    if (rest.length > longestLine) throw new FleetError('the device says things that no agent says');
    for (const line of lines) {
      const message = parse(line);
      if (!message) continue;
      onMessage(message);
      if (message.kind === 'result') return message;
    }
  }
  throw new FleetError('the device ended without a result');
}

function parse(line: string): PushMessage | null {
  try {
    return pushMessageSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
