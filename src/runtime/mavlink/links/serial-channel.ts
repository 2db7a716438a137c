import { setTimeout as sleep } from 'node:timers/promises';
import type { SerialPort } from 'serialport';
import type { Channel, ChannelKind, Receive } from './channel.js';
import { closingLimitMs } from './channel.js';
import type { LinkTarget } from './link-url.js';

/** Bytes that may wait for a slow or stopped line: more would be old when they come out. */
const maxWaitingBytes = 1024;

export function serialChannel(target: Extract<LinkTarget, { kind: 'serial' }>): ChannelKind {
  return { framing: 'stream', open: (receive, signal) => openSerial(target, receive, signal) };
}

async function openSerial(
  { path, baudRate, hardwareFlow }: Extract<LinkTarget, { kind: 'serial' }>,
  receive: Receive,
  signal: AbortSignal,
): Promise<Channel> {
  const { SerialPort: Port } = await import('serialport'); // native: only for those who have a serial link
  signal.throwIfAborted();
  const port = new Port({ path, baudRate, rtscts: hardwareFlow, autoOpen: false, lock: true });
  let failure: string | null = null;
  port.on('error', ({ message }) => (failure = message)); // for its whole life: one that nobody hears ends the process
  port.on('data', receive);
  const ended = new Promise<string>((resolve) => {
    port.once('close', (error: Error | null) => {
      resolve(error?.message ?? failure ?? 'closed');
    });
  });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error) reject(new Error(explain(error.message)));
      else resolve();
    });
  });
  let closing: Promise<void> | null = null;
  let lastWritten: Promise<void> = Promise.resolve();
  const close = (): Promise<void> => {
    closing ??= closeGently(port, lastWritten);
    return closing;
  };
  if (signal.aborted) {
    await close();
    signal.throwIfAborted();
  }
  return {
    write: (packet) => {
      if (!port.isOpen || port.writableLength + packet.length > maxWaitingBytes) return false;
      lastWritten = new Promise((resolve) => {
        port.write(packet, () => {
          resolve();
        });
      });
      return true;
    },
    ended,
    close,
  };
}

/** Closes it when what was written last (a gimbal told to stand still) is on the line; one that is held up is not waited for. */
async function closeGently(port: SerialPort, lastWritten: Promise<void>): Promise<void> {
  const limit = new AbortController();
  const late = sleep(closingLimitMs, undefined, { signal: limit.signal }).catch(() => undefined);
  const drained = lastWritten.then(() => settled(port, 'drain'));
  await Promise.race([drained, late]);
  await Promise.race([settled(port, 'close'), late]);
  limit.abort();
}

/** Resolves when it is done, well or not. */
function settled(port: SerialPort, what: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    if (!port.isOpen) resolve();
    else
      port[what](() => {
        resolve();
      });
  });
}

function explain(message: string): string {
  if (message.includes('No such file')) return 'is not there';
  if (message.includes('Permission denied')) return 'permission denied (is the user in the group dialout?)';
  if (message.includes('Cannot lock')) return 'another program uses it';
  return message;
}
