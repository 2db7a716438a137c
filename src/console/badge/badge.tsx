import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { badgeWords } from '../model/badge.js';
import { usePage } from '../model/context.js';
import { Shape } from './shape.js';

/** How long a state must last before it is spoken: a flicker is seen, not read out. */
const spokenAfterMs = 500;

/** The annunciator: colour, shape and word, how sure, and since when. */
export function StateBadge() {
  const { store } = usePage();
  const since = useSinceMs();
  const badge = store.badge.value;
  const { word, meaning } = badgeWords[badge];
  const seconds = Math.max(0, (store.nowMs.value - since.value) / 1000);
  const target = store.status.value?.target ?? 0;
  const hasTarget = target > 0 && ['tracking', 'coasting', 'lost', 'paused'].includes(badge);
  return (
    <div class="badge" data-badge={badge} data-testid="badge">
      <Shape badge={badge} />
      <span class="word">{word}</span>
      <span class="since">
        {hasTarget && <span>target {target}</span>}
        <span class="figures">{duration(seconds)}</span>
      </span>
      <Confidence />
      <p class="meaning">{meaning}</p>
      <Announcer />
    </div>
  );
}

/** Of the picture that is shown. */
function Confidence() {
  const { store } = usePage();
  const badge = store.badge.value;
  const track = store.picture.value?.header.track;
  if (!track || (badge !== 'tracking' && badge !== 'coasting')) return null;
  const percent = Math.round(track.confidence * 100);
  return (
    <span class="confidence">
      <span class="figures">{percent}&thinsp;%</span>
      <meter min={0} max={100} value={percent} aria-label="Confidence" />
    </span>
  );
}

/** Tells screen readers of a new state, once it has lasted. */
function Announcer() {
  const { store } = usePage();
  const text = useSignal('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useSignalEffect(() => {
    const { word, meaning } = badgeWords[store.badge.value];
    clearTimeout(timer.current);
    timer.current = setTimeout(() => (text.value = `${word}. ${meaning}`), spokenAfterMs);
  });
  return (
    <div class="unseen" role="status" aria-live="assertive">
      {text.value}
    </div>
  );
}

function useSinceMs() {
  const { store } = usePage();
  const since = useSignal(performance.now());
  useEffect(() => store.badge.subscribe(() => (since.value = performance.now())), [store, since]);
  return since;
}

function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min`;
}
