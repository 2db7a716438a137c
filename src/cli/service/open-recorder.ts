import type { Log } from '../../core/ports/log.js';
import type { SourceDescription } from '../../core/ports/frame-source.js';
import { parseBytes } from '../../runtime/config/bytes.js';
import type { Config } from '../../runtime/config/schema.js';
import { chooseEncoder } from '../../runtime/recording/choose-encoder.js';
import type { VideoEncoder } from '../../runtime/recording/encoder-names.js';
import { Recorder } from '../../runtime/recording/recorder.js';

export interface OpenRecorderContext {
  readonly source: SourceDescription;
  /** Name of the model. */
  readonly model: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** Opens the recording that a configuration asks for. @throws UsageError when its folder cannot be used. */
export async function openRecorder(
  { dir, budget, keepFree, segmentSeconds, encoder: wished }: NonNullable<Config['recording']>,
  { source, model, log, signal }: OpenRecorderContext,
): Promise<Recorder> {
  const encoder = wished === 'none' ? null : await workingEncoder(wished, log, signal);
  const recorder = await Recorder.open({
    ...{ dir, segmentSeconds, encoder, source, model, log },
    budgetBytes: parseBytes(budget, 'recording.budget'),
    keepFreeBytes: parseBytes(keepFree, 'recording.keepFree'),
  });
  log.info({ dir, budget, encoder }, 'recording');
  return recorder;
}

/** A robot that cannot film must still follow: without an encoder the tracks alone are recorded. */
async function workingEncoder(
  wished: VideoEncoder | 'auto',
  log: Log,
  signal?: AbortSignal,
): Promise<VideoEncoder | null> {
  const { encoder, trials } = await chooseEncoder(wished, signal);
  if (encoder !== null) return encoder;
  const reasons = trials.map((trial) => `${trial.encoder}: ${trial.reason}`);
  log.warn({ reasons }, 'no video encoder works here: tracks alone are recorded');
  return null;
}
