/** Worker: the clock of a camera. Posts a frame's number and its time of capture, on time, whatever the main thread does. */
import { parentPort, workerData } from 'node:worker_threads';

const { fps } = workerData as { fps: number };
const startNs = process.hrtime.bigint();
let sequence = 0;

function capture(): void {
  parentPort?.postMessage({ sequence, capturedAtNs: process.hrtime.bigint() });
  sequence += 1;
  const dueNs = startNs + BigInt(Math.round((sequence * 1e9) / fps));
  setTimeout(capture, Math.max(0, Number(dueNs - process.hrtime.bigint()) / 1e6));
}

capture();
