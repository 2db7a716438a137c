import type { CommandAnswer } from '../../../core/ports/control.js';
import type { LoopStatus } from '../../../core/ports/loop-status.js';
import type { Track } from '../../../core/tracking/track.js';
import { answerMessage, statusMessage } from '../../control/answer-message.js';
import { trackRecord } from '../../sinks/track-record.js';
import {
  messageVersion,
  type HealthMessage,
  type ResponseMessage,
  type StateMessage,
  type TrackMessage,
} from './schemas.js';

const version = messageVersion;

export function trackMessage(track: Track, publishedAtMs: number): TrackMessage {
  const { width, height } = track.frame;
  return { version, ...trackRecord(track), frame: { width, height }, publishedAtMs };
}

export function stateMessage(status: LoopStatus, publishedAtMs: number): StateMessage {
  const { state, model, lastCommand } = statusMessage(status);
  return { version, state, target: status.track?.target ?? 0, model, lastCommand, publishedAtMs };
}

/** What the MQTT side knows by itself. */
export interface OwnHealth {
  readonly uptimeSeconds: number;
  readonly droppedByMqtt: number;
  readonly temperatureCelsius: number | null;
  readonly commands: HealthMessage['commands'];
}

export function healthMessage(
  status: LoopStatus,
  { uptimeSeconds, droppedByMqtt, temperatureCelsius, commands }: OwnHealth,
  publishedAtMs: number,
): HealthMessage {
  const { state, track, fps, frames, latencyMs, dropped, model, trackerRestarts, sinks } =
    statusMessage(status);
  return {
    version,
    uptimeSeconds,
    state,
    confidence: track?.confidence ?? null,
    fps,
    frames,
    latencyMs,
    dropped: { ...dropped, byMqtt: droppedByMqtt },
    temperatureCelsius,
    model,
    trackerRestarts,
    sinks: [...sinks],
    commands,
    publishedAtMs,
  };
}

export function responseMessage(answer: CommandAnswer, id?: string | number): ResponseMessage {
  return { version, ...answerMessage(answer, id) } as ResponseMessage;
}
