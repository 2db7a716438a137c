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
  const { SerialPort } = await import('serialport'); // native: only for those who have a serial link
  signal.throwIfAborted();
  const port = new SerialPort({ path, baudRate, rtscts: hardwareFlow, autoOpen: false, lock: true });
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
  let closing: Promise<unknown> | null = null;
  const close = async (): Promise<void> => {
    closing ??= new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, closingLimitMs); // a line that is held up would not let go
      const finish = (): void => {
        clearTimeout(limit);
        resolve();
      };
      if (port.isOpen) port.close(finish);
      else finish();
    });
    await closing;
  };
  if (signal.aborted) {
    await close();
    signal.throwIfAborted();
  }
  return {
    write: (packet) => {
      if (!port.isOpen || port.writableLength + packet.length > maxWaitingBytes) return false;
      port.write(packet);
      return true;
    },
    ended,
    close,
  };
}

function explain(message: string): string {
  if (message.includes('No such file')) return 'is not there';
  if (message.includes('Permission denied')) return 'permission denied (is the user in the group dialout?)';
  if (message.includes('Cannot lock')) return 'another program uses it';
  return message;
}
