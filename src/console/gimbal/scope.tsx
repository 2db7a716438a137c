import type { CrosshairPoint } from '../../core/console/server-messages.js';

/** Seconds of the trail. */
const trail = 1.5;

/** The target seen from the crosshair: where it is now, and where it has just been. */
export function Scope({
  points,
  scale,
}: {
  readonly points: readonly CrosshairPoint[];
  readonly scale: number;
}) {
  const newest = points.at(-1);
  const recent = points.filter(({ at }) => newest !== undefined && newest.at - at < trail);
  const place = (value: number): number => 50 * Math.max(-0.97, Math.min(0.97, value / scale));
  return (
    <svg class="scope" viewBox="-52 -52 104 104" aria-hidden="true">
      <circle class="grid" r="50" />
      <circle class="grid" r="25" />
      <path class="zero" d="M-50 0H-6M6 0H50M0 -50V-6M0 6V50" />
      {recent.map(({ at, off }) => {
        if (!off || at === newest?.at) return null;
        const age = (newest!.at - at) / trail;
        return (
          <circle
            class="trail"
            key={at}
            cx={place(off.x)}
            cy={place(off.y)}
            r={2.2}
            opacity={0.6 * (1 - age)}
          />
        );
      })}
      {newest?.off && (
        <circle
          class={newest.seen ? 'spot' : 'spot predicted'}
          cx={place(newest.off.x)}
          cy={place(newest.off.y)}
          r={5}
        />
      )}
    </svg>
  );
}
