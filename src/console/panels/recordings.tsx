import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { recordingsSchema, type Recordings as Listed } from '../../core/console/server-messages.js';
import { Replay } from '../replay/replay.js';

type Segment = Listed['segments'][number];

/** What was recorded on the device, newest first. */
export function Recordings() {
  const listed = useSignal<Listed | null>(null);
  const shown = useSignal<Segment | null>(null);
  const load = async (): Promise<void> => {
    listed.value = await loadRecordings();
  };
  useEffect(() => {
    void load();
  }, []);
  const { reason = null, segments = [] } = listed.value ?? {};
  return (
    <>
      <div class="form">
        <button type="button" onClick={() => void load()}>
          Look again
        </button>
      </div>
      {reason !== null && <p class="empty">{reason}</p>}
      {listed.value && reason === null && segments.length === 0 && (
        <p class="empty">Nothing is recorded yet.</p>
      )}
      <ul class="recordings">
        {segments.map((segment) => (
          <li key={segment.number}>
            <span class="when">
              <strong>{new Date(segment.startedAt).toLocaleString('en-GB')}</strong>
              <small>
                {length(segment.seconds)}, {(segment.bytes / 1e6).toFixed(1)} MB, {segment.model}
              </small>
            </span>
            <button
              type="button"
              disabled={!segment.hasVideo}
              aria-label={`Replay the recording of ${new Date(segment.startedAt).toLocaleString('en-GB')}`}
              onClick={() => {
                shown.value = segment;
              }}
            >
              {segment.hasVideo ? 'Replay' : 'No video'}
            </button>
          </li>
        ))}
      </ul>
      {shown.value && (
        <Replay
          segment={shown.value}
          onClose={() => {
            shown.value = null;
          }}
        />
      )}
    </>
  );
}

async function loadRecordings(): Promise<Listed> {
  try {
    const response = await fetch('recordings', { cache: 'no-store' });
    if (!response.ok) throw new Error(`the device says ${response.status}`);
    return recordingsSchema.parse(await response.json());
  } catch (error) {
    return { reason: `recordings cannot be read: ${(error as Error).message}`, segments: [] };
  }
}

function length(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
