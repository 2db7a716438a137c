import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import {
  recordedTracksSchema,
  type RecordedTracks,
  type Recordings,
} from '../../core/console/server-messages.js';
import { Shape } from '../badge/shape.js';
import { badgeWords, type Badge } from '../model/badge.js';
import { drawOverlay } from '../stage/painter.js';
import { frameAt } from './frame-at.js';

export interface ReplayProps {
  readonly segment: Recordings['segments'][number];
  readonly onClose: () => void;
}

type RecordedFrame = RecordedTracks['frames'][number];

/** A recorded stretch, with the boxes the tracker gave then. */
export function Replay({ segment, onClose }: ReplayProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useSignal<RecordedFrame | null>(null);
  const problem = useSignal('');

  useEffect(() => {
    dialog.current?.showModal();
    const stop = new AbortController();
    const player = video.current!;
    loadTracks(segment.number, stop.signal).then(
      (tracks) => {
        followPictures(player, stop.signal, (atSeconds) => {
          frame.value = frameAt(tracks.frames, atSeconds);
          paint(canvas.current!, tracks, frame.value);
        });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) problem.value = `The tracks cannot be read: ${String(error)}`;
      },
    );
    return () => {
      stop.abort();
    };
  }, [segment.number, frame, problem]);

  const badge: Badge = frame.value?.state ?? 'silent';
  return (
    <dialog ref={dialog} class="replay" aria-labelledby="replay-title" onClose={onClose}>
      <header>
        <h2 id="replay-title">Replay of {new Date(segment.startedAt).toLocaleString('en-GB')}</h2>
        <button
          type="button"
          onClick={() => {
            dialog.current?.close();
          }}
        >
          Close
        </button>
      </header>
      <div class="badge small" data-badge={badge} data-testid="replay-badge">
        <Shape badge={badge} />
        <span class="word">{badgeWords[badge].word}</span>
        <span class="since figures">{frame.value ? `${frame.value.at.toFixed(2)} s` : ''}</span>
      </div>
      <div class="film">
        <video
          ref={video}
          src={`recordings/${segment.number}/video`}
          controls
          muted
          autoplay
          playsInline
          onError={() => {
            problem.value = 'This browser cannot play this recording: use “tagalong replay” on the device.';
          }}
        />
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      {problem.value !== '' && <p role="alert">{problem.value}</p>}
    </dialog>
  );
}

async function loadTracks(number: number, signal: AbortSignal): Promise<RecordedTracks> {
  const response = await fetch(`recordings/${number}/tracks`, { signal });
  if (!response.ok) throw new Error(`the device says ${response.status}`);
  return recordedTracksSchema.parse(await response.json());
}

/** Calls back for every picture that is shown, with its time in the film. */
function followPictures(
  video: HTMLVideoElement,
  signal: AbortSignal,
  onPicture: (atSeconds: number) => void,
): void {
  if ('requestVideoFrameCallback' in HTMLVideoElement.prototype) {
    const next = (_now: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
      if (signal.aborted) return;
      onPicture(mediaTime);
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
    onPicture(video.currentTime);
    return;
  }
  const next = (): void => {
    if (signal.aborted) return;
    onPicture(video.currentTime);
    requestAnimationFrame(next);
  };
  next();
}

function paint(
  canvas: HTMLCanvasElement,
  { width, height }: RecordedTracks,
  frame: RecordedFrame | null,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = devicePixelRatio;
  canvas.width = Math.round(canvas.clientWidth * scale);
  canvas.height = Math.round(canvas.clientHeight * scale);
  if (!frame?.state) return;
  const { state, box, confidence } = frame;
  const track = { state, box, confidence, distractors: [] };
  drawOverlay(context, { width, height, lookAlikes: false, crosshair: false, track }, scale);
}
