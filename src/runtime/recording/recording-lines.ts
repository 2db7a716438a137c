import { boxToCorner, type CornerBox } from '../../core/geometry/box.js';
import type { CommandEvent } from '../../core/ports/control.js';
import { describeOrigin } from '../../core/ports/control.js';
import type { SourceDescription } from '../../core/ports/frame-source.js';
import type { Track } from '../../core/tracking/track.js';
import { trackRecord, type TrackRecord } from '../sinks/track-record.js';

/** First line of every segment. */
export interface SegmentHead {
  readonly recording: 'tagalong-recording/1';
  readonly segment: number;
  /** Wall clock, for people: nothing depends on it. */
  readonly startedAt: string;
  readonly source: Pick<SourceDescription, 'uri' | 'width' | 'height' | 'format' | 'fps' | 'detail'>;
  readonly model: string;
}

/** The n-th of these in a segment is its n-th picture. */
export interface FrameLine {
  readonly frame: { readonly sequence: number; readonly capturedAtNs: string };
}

export interface TrackLine {
  readonly track: TrackRecord;
}

/** A command that was accepted; of a selection the box as it was drawn, and the frame it was drawn on. */
export interface CommandLine {
  readonly command: {
    readonly kind: string;
    readonly origin: string;
    readonly sequence: number | null;
    readonly box: CornerBox | null;
  };
}

export type RecordingLine = SegmentHead | FrameLine | TrackLine | CommandLine;

export function segmentHead(
  segment: number,
  { uri, width, height, format, fps, detail }: SourceDescription,
  model: string,
): SegmentHead {
  const source = { uri, width, height, format, fps, detail };
  return { recording: 'tagalong-recording/1', segment, startedAt: new Date().toISOString(), source, model };
}

export function frameLine({
  sequence,
  capturedAtNs,
}: {
  readonly sequence: number;
  readonly capturedAtNs: bigint;
}): FrameLine {
  return { frame: { sequence, capturedAtNs: capturedAtNs.toString() } };
}

export function trackLine(track: Track): TrackLine {
  return { track: trackRecord(track) };
}

/** Null for what does not change the target. A point has grown to a box: the one of the track that answered it. */
export function commandLine({ command, origin, answer }: CommandEvent): CommandLine | null {
  if (!answer.accepted || command === null) return null;
  const { kind } = command;
  if (kind === 'status' || kind === 'model') return null;
  const { track } = answer;
  const from = describeOrigin(origin);
  if (kind !== 'select') {
    return { command: { kind, origin: from, sequence: track?.frame.sequence ?? null, box: null } };
  }
  if ('box' in command) {
    const sequence = command.sequence ?? track?.frame.sequence ?? null;
    return { command: { kind, origin: from, sequence, box: boxToCorner(command.box) } };
  }
  const box = track?.box ? boxToCorner(track.box) : null;
  return { command: { kind, origin: from, sequence: track?.frame.sequence ?? null, box } };
}
