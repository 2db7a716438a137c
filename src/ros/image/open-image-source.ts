import { SourceError } from '../../core/errors.js';
import type { Log } from '../../core/ports/log.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import { frameSource } from '../../core/sources/frame-driver.js';
import { heldFrames, type HoldBudget } from '../../core/sources/held-frames.js';
import type { QosProfile, RosParticipant } from '../backend.js';
import type { FrameHeaders } from './frame-headers.js';
import { ImageDriver, type ImageDriverOptions } from './image-driver.js';

export interface ImageSourceOptions {
  readonly topic: string;
  /** As a person wrote it; `ros://` and the topic by default. */
  readonly uri?: string;
  /** `reliable` asks for what is lost once more, and does not hear publishers who offer only best effort. */
  readonly reliability?: QosProfile['reliability'];
  /** Wait for publishers that went away instead of failing. */
  readonly reconnect?: boolean;
  /** What the reader wants to hold. */
  readonly hold?: HoldBudget;
  readonly log: Log;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
  /** No first image within it: opening fails. */
  readonly openMs?: number;
  readonly stallMs?: number;
  readonly clocks?: ImageDriverOptions['clocks'];
}

/** Frames of a topic, and the headers they came with. */
export interface ImageSource extends FrameSource {
  readonly headers: FrameHeaders;
}

/** What a held frame is reckoned to take before one has come: 1280x720 rgb8. */
const assumedBytes = 1280 * 720 * 3;

/**
 * Opens an image topic: `sensor_msgs/Image`, or `CompressedImage` (JPEG) where the topic's name ends in `/compressed`. Open
 * guarantees: an image has come. The participant stays the caller's.
 * @throws SourceError when no image comes, saying why, or one that cannot be used; the signal's reason.
 */
export async function openImageSource(
  participant: RosParticipant,
  options: ImageSourceOptions,
): Promise<ImageSource> {
  const { topic, uri = `ros://${topic}`, reliability = 'best-effort', reconnect = false, log } = options;
  const { hold, signal, openMs = 5000, stallMs = 5000, clocks } = options;
  signal?.throwIfAborted();
  const driver = new ImageDriver({
    ...{ participant, topic, uri, reconnect, stallMs, log },
    kind: topic.endsWith('/compressed') ? 'compressed' : 'raw',
    qos: { reliability, durability: 'volatile', depth: 1 },
    holdable: heldFrames(hold, assumedBytes, null),
    ...(clocks && { clocks }),
  });
  await awaitFrame(driver, uri, openMs, signal);
  return Object.assign(frameSource(driver), { headers: driver.headers });
}

async function awaitFrame(
  driver: ImageDriver,
  uri: string,
  openMs: number,
  signal?: AbortSignal,
): Promise<void> {
  // not AbortSignal.timeout(): that one does not keep a process alive that has nothing else to wait for
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort();
  }, openMs);
  try {
    const frame = await driver.next(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
    if (frame) driver.putBack(frame);
    signal?.throwIfAborted();
    if (!frame) throw new SourceError(`${uri}: no image within ${openMs / 1000} s; ${driver.silence()}`);
  } catch (error) {
    await driver.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
