import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { CornerBox } from '../../core/geometry/box.js';
import { badgeWords, staleMs } from '../model/badge.js';
import { usePage } from '../model/context.js';
import { boxBetween, firstBox, isTap, isTooSmall, pointInImage, steppedBox } from './drawn-box.js';
import { Screen } from './screen.js';
import { useCommands } from './use-commands.js';

/** A box that is being drawn, and the number of the frame under it. */
interface Draft extends CornerBox {
  readonly by: 'pointer' | 'keys';
}

/** The video with its boxes; whoever may command selects on it with pointer or keys. */
export function Stage() {
  const { store, link, preferences } = usePage();
  const commands = useCommands();
  const canvas = useRef<HTMLCanvasElement>(null);
  const screen = useRef<Screen | null>(null);
  const draft = useSignal<Draft | null>(null);
  const start = useRef<{ readonly x: number; readonly y: number; readonly sequence: number } | null>(null);

  const hasGimbal = useComputed(() => store.gimbal.value !== null);
  const marks = useComputed(() => ({
    lookAlikes: preferences.lookAlikes.value,
    crosshair: hasGimbal.value,
  }));

  useEffect(() => {
    const opened = new Screen(canvas.current!, marks.peek());
    screen.current = opened;
    link.drawer = async (header, jpeg) => {
      await opened.show(header, jpeg);
      store.picture.value = { header, atMs: performance.now() };
    };
    return () => {
      link.drawer = null;
      opened.close();
    };
  }, [store, link, marks]);
  useSignalEffect(() => {
    screen.current?.redraw(marks.value);
  });

  const image = (): { width: number; height: number; sequence: number } | null =>
    store.picture.peek()?.header ?? null;
  const select = ({ x, y, width, height }: CornerBox, sequence: number): void => {
    const box = { x, y, width, height };
    if (isTooSmall(box)) commands.say('The box is too small.');
    else void commands.send({ command: 'select', box, sequence }, 'Box sent');
  };

  const onPointerDown = (event: PointerEvent & { currentTarget: HTMLElement }): void => {
    const frame = image();
    if (!store.mayCommand.peek() || !frame || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const area = event.currentTarget.getBoundingClientRect();
    start.current = { ...pointInImage(event, area, frame), sequence: frame.sequence };
  };
  const onPointerMove = (event: PointerEvent & { currentTarget: HTMLElement }): void => {
    const frame = image();
    if (!start.current || !frame) return;
    const area = event.currentTarget.getBoundingClientRect();
    const box = boxBetween(start.current, pointInImage(event, area, frame));
    draft.value = isTap(box, frame.width / area.width) ? null : { ...box, by: 'pointer' };
  };
  const onPointerUp = (): void => {
    const from = start.current;
    const drawn = draft.peek();
    const frame = image();
    start.current = null;
    draft.value = null;
    if (!from || !frame) return;
    // a tap means what was under the finger when it came down, a box what it encloses when it is let go
    if (drawn) select(drawn, frame.sequence);
    else {
      const { x, y, sequence } = from;
      void commands.send({ command: 'select', point: { x, y }, sequence }, 'Point sent');
    }
  };
  const onPointerCancel = (): void => {
    start.current = null;
    draft.value = null;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const frame = image();
    const { key, shiftKey: shift, altKey: alt, ctrlKey, metaKey } = event;
    if (!store.mayCommand.peek() || !frame || ctrlKey || metaKey) return;
    const box = draft.peek() ?? { ...firstBox(frame), by: 'keys' as const };
    const next = steppedBox(box, key, { shift, alt }, frame);
    if (next) draft.value = { ...next, by: 'keys' };
    else if (key === 'Enter' && draft.peek()) {
      select(box, frame.sequence);
      draft.value = null;
    } else if (key === 'Enter') draft.value = box;
    else if (key === 'Escape' && draft.peek()) draft.value = null;
    else if (key === 's') commands.stop();
    else if (key === 'p') commands.pauseOrResume();
    else if (key === 'd') preferences.lookAlikes.value = !preferences.lookAlikes.peek();
    else return;
    event.preventDefault();
  };

  const size = store.picture.value?.header ?? store.status.value?.source ?? { width: 16, height: 9 };
  return (
    <div
      class="screen"
      data-badge={store.badge.value}
      data-commands={store.mayCommand.value}
      style={{ '--ratio': `${size.width / size.height}` }}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <div
        class="touch"
        role="application"
        tabIndex={0}
        aria-label="Video. Arrow keys move a box, with Shift they change its size, Enter selects what is in it. S stops, P pauses, D shows look-alikes."
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerCancel}
        onKeyDown={onKeyDown}
      >
        {draft.value && <DraftBox box={draft.value} image={size} />}
      </div>
      <Absence />
    </div>
  );
}

function DraftBox({
  box,
  image,
}: {
  readonly box: Draft;
  readonly image: { width: number; height: number };
}) {
  const share = (part: number, whole: number): string => `${(100 * part) / whole}%`;
  return (
    <div
      class="draft"
      style={{
        left: share(box.x, image.width),
        top: share(box.y, image.height),
        width: share(box.width, image.width),
        height: share(box.height, image.height),
      }}
    />
  );
}

/** Over a picture that is not the present: how old it is, and why. */
function Absence() {
  const { store } = usePage();
  const badge = store.badge.value;
  if (badge !== 'picture' && badge !== 'offline' && badge !== 'waiting') return null;
  const drawnAtMs = store.picture.value?.atMs;
  const age = drawnAtMs === undefined ? 0 : store.nowMs.value - drawnAtMs;
  const reasons = badge === 'offline' ? [] : (store.status.value?.health.reasons ?? []);
  return (
    <div class="absence">
      <strong>{badgeWords[badge].word}</strong>
      {age > staleMs && <span>This picture is {Math.round(age / 1000)} s old.</span>}
      {reasons.map((reason) => (
        <span key={reason}>{sentence(reason)}</span>
      ))}
      {badge === 'offline' && <span>Trying to reach the device again …</span>}
    </div>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
