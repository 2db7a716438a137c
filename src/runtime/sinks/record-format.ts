import type { Track } from '../../core/tracking/track.js';
import { trackRecord } from './track-record.js';

/** How tracks become lines of text. */
export interface RecordFormat {
  /** First lines of the file, or empty. */
  readonly header: string;
  readonly line: (track: Track) => string;
  /** The last line of a file that ends before its time. */
  readonly partial: (reason: string) => string;
}

/** One JSON object a line; a partial file ends with `{"partial": true, "reason": …}`. */
export const jsonLines: RecordFormat = {
  header: '',
  line: (track) => `${JSON.stringify(trackRecord(track))}\n`,
  partial: (reason) => `${JSON.stringify({ partial: true, reason })}\n`,
};

/** Comma-separated with a header; what is null stays empty; a partial file ends with `# partial: …`. */
export const csv: RecordFormat = {
  header: 'sequence,capturedAtNs,state,x,y,width,height,confidence,velocityX,velocityY,target\n',
  line: (track) => {
    const { sequence, capturedAtNs, state, box, confidence, velocity, target } = trackRecord(track);
    const cells = [
      sequence,
      capturedAtNs,
      state,
      box?.x,
      box?.y,
      box?.width,
      box?.height,
      confidence,
      velocity?.x,
      velocity?.y,
      target,
    ];
    return `${cells.map((cell) => cell ?? '').join(',')}\n`;
  },
  partial: (reason) => `# partial: ${reason.replaceAll(/\s+/g, ' ')}\n`,
};
