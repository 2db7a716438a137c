import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import type { Frame } from '../../src/core/image/frame.js';
import type { FrameSource } from '../../src/core/ports/frame-source.js';
import { frameSource } from '../../src/core/sources/frame-driver.js';
import { LatestMailbox } from '../../src/core/sources/latest-mailbox.js';
import type { Scene } from '../scene.js';

/** A live camera that shows a scene of pictures made before: 640x360 yuv420p, stamped by a clock in a thread of its own. */
export function openCamera(scene: Scene, fps: number): FrameSource {
  const worker = new Worker(join(import.meta.dirname, 'camera-thread.js'), { workerData: { fps } });
  const mailbox = new LatestMailbox<Frame>();
  worker.on('message', (stamp: { sequence: number; capturedAtNs: bigint }) => {
    mailbox.put({ ...scene.frame(stamp.sequence), ...stamp });
  });
  worker.on('error', (error) => {
    mailbox.end(error);
  });
  return frameSource({
    describe: () => ({
      uri: 'bench://camera',
      width: 640,
      height: 360,
      format: 'yuv420p',
      fps,
      live: true,
      detail: `pictures made before, at ${fps} fps`,
    }),
    dropped: () => mailbox.dropped,
    next: (signal) => mailbox.take(signal),
    close: async () => {
      await worker.terminate();
    },
  });
}
