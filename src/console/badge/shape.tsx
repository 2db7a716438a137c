import type { Badge } from '../model/badge.js';

/** A shape for every state, so that nobody needs its colour: told apart at a glance, in any light, printed in grey. */
export function Shape({ badge }: { readonly badge: Badge }) {
  return (
    <svg class="shape" viewBox="0 0 48 48" aria-hidden="true">
      {shapes[badge]()}
    </svg>
  );
}

const stroke = { fill: 'none', stroke: 'currentColor', 'stroke-width': 5 } as const;

const shapes: Readonly<Record<Badge, () => preact.JSX.Element>> = {
  // locked on: a full disc in a ring
  tracking: () => (
    <>
      <circle cx="24" cy="24" r="20" {...stroke} stroke-width={4.5} />
      <circle cx="24" cy="24" r="11" fill="currentColor" />
    </>
  ),
  // predicted: a broken diamond
  coasting: () => (
    <path d="M24 4 44 24 24 44 4 24Z" {...stroke} stroke-dasharray="9.5 6.6" stroke-dashoffset="4.7" />
  ),
  lost: () => <path d="M8 8 40 40M40 8 8 40" {...stroke} stroke-width={9} />,
  // an empty frame that waits for something
  idle: () => <path d="M5 16V5h11M32 5h11v11M43 32v11H32M16 43H5V32" {...stroke} stroke-width={4.5} />,
  paused: () => <path d="M15 6v36M33 6v36" {...stroke} stroke-width={9} />,
  silent: () => <path d="M14 16a10 10 0 1 1 14 9c-3 1.500-4 3-4 7M24 38v5" {...stroke} />,
  waiting: () => (
    <path d="M10 5h28M10 43h28M13 6c0 12 22 24 22 36M35 6c0 12-22 24-22 36" {...stroke} stroke-width={4} />
  ),
  picture: () => <path d="M4 9h40v30H4ZM4 39 44 9" {...stroke} stroke-width={4} />,
  offline: () => (
    <>
      <circle cx="24" cy="24" r="19" {...stroke} />
      <path d="M10.500 37.500 37.500 10.500" {...stroke} />
    </>
  ),
};
