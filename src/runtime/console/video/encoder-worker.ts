import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { frameOfMessage } from '../../worker/frame-transfer.js';
import type { EncodeReply, EncodeRequest } from './encoder-messages.js';
import { loadJpegEncoder, type JpegEncoder } from './to-jpeg.js';

/** By how much this thread alone (Linux) steps back: whatever is short, the tracker comes first. */
const nicer = 5;

function lowerPriority(): void {
  try {
    setPriority(Math.min(19, getPriority() + nicer));
  } catch {
    // not allowed here: then it competes as an equal
  }
}

async function answer(encode: JpegEncoder, { frame, options }: EncodeRequest): Promise<EncodeReply> {
  try {
    return { jpeg: await encode(frameOfMessage(frame), options) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const port = parentPort;
if (!port) throw new Error('a worker thread of the console');
const encode = await loadJpegEncoder();
lowerPriority(); // now that it is loaded: the first picture should not take long
port.on('message', (request: EncodeRequest) => {
  void answer(encode, request).then((reply) => {
    port.postMessage(reply);
  });
});
