import type { CommandAnswer } from '../../core/ports/control.js';
import { describeOrigin } from '../../core/ports/control.js';
import type { LoopStatus } from '../../core/ports/loop-status.js';
import { trackRecord, type TrackRecord } from '../sinks/track-record.js';

type Id = string | number;

/** {@link LoopStatus} with its track as files show it, and only names of commands and origins: fit for JSON and CBOR. */
export interface StatusMessage extends Omit<LoopStatus, 'track' | 'lastCommand'> {
  readonly track: TrackRecord | null;
  readonly lastCommand: { readonly command: string; readonly origin: string; readonly at: string } | null;
}

/** The answer to a command, as every text transport carries it. */
export type AnswerMessage =
  | {
      readonly id?: Id;
      readonly accepted: true;
      readonly track: TrackRecord | null;
      readonly status?: StatusMessage;
    }
  | { readonly id?: Id; readonly accepted: false; readonly reason: string };

export function answerMessage(answer: CommandAnswer, id?: Id): AnswerMessage {
  const head = id === undefined ? {} : { id };
  if (!answer.accepted) return { ...head, accepted: false, reason: answer.reason };
  const { track, status } = answer;
  return {
    ...head,
    accepted: true,
    track: track && trackRecord(track),
    ...(status && { status: statusMessage(status) }),
  };
}

export function statusMessage({ track, lastCommand, ...rest }: LoopStatus): StatusMessage {
  return {
    ...rest,
    track: track && trackRecord(track),
    lastCommand: lastCommand && {
      command: lastCommand.command.kind,
      origin: describeOrigin(lastCommand.origin),
      at: new Date(lastCommand.atMs).toISOString(),
    },
  };
}
