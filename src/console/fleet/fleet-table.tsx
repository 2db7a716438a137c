import { useEffect, useRef, useState } from 'preact/hooks';
import { standing, type FleetRow } from '../../core/console/fleet-messages.js';
import type { FleetStore } from './fleet-store.js';
import type { SortKey } from './sort-rows.js';
import { ago, standings, story } from './texts.js';

const columns: readonly (readonly [SortKey, string])[] = [
  ['health', 'Health'],
  ['device', 'Device'],
  ['type', 'Type'],
  ['channel', 'Channel'],
  ['version', 'Model'],
  ['slot', 'Slot'],
  ['last', 'What happened'],
  ['seen', 'Last seen'],
];

/** As the style sheet has it. */
const rowHeight = 38;
const rowsBeyond = 12;

/** Only the rows in sight are drawn: a thousand devices scroll like ten. */
export function FleetTable({ store }: { readonly store: FleetStore }) {
  const body = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const look = (): void => {
      const { current } = body;
      if (current) setView({ top: current.scrollTop, height: current.clientHeight });
    };
    const { current } = body;
    if (!current) return undefined;
    const resized = new ResizeObserver(look);
    resized.observe(current);
    current.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      current.removeEventListener('scroll', look);
    };
  }, []);
  const rows = store.rows.value;
  const first = Math.max(0, Math.floor(view.top / rowHeight) - rowsBeyond);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + rowsBeyond);
  return (
    <div
      class="devices"
      role="table"
      aria-label="Devices"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
    >
      <div role="rowgroup">
        <Head store={store} />
      </div>
      <div class="body" role="rowgroup" ref={body} tabIndex={0} aria-label="Devices, scrolls">
        <div class="all" role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
          {rows.slice(first, last).map((row, index) => (
            <Row key={row.device} row={row} number={first + index} nowMs={store.nowMs.value} />
          ))}
        </div>
        {rows.length === 0 && (
          <p class="none">
            {store.devices.value.size === 0 ? 'No device has reported yet.' : 'No device fits these filters.'}
          </p>
        )}
      </div>
    </div>
  );
}

function Head({ store }: { readonly store: FleetStore }) {
  const { key: sorted, down } = store.sort.value;
  return (
    <div class="row head" role="row">
      {columns.map(([key, name]) => (
        <div
          key={key}
          role="columnheader"
          class={key}
          aria-sort={sorted !== key ? 'none' : down ? 'descending' : 'ascending'}
        >
          <button onClick={() => (store.sort.value = { key, down: sorted === key && !down })}>
            {name}
            <span aria-hidden="true">{sorted === key ? (down ? ' ▾' : ' ▴') : ''}</span>
          </button>
        </div>
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: FleetRow;
  readonly number: number;
  readonly nowMs: number;
}

function Row({ row, number, nowMs }: RowProps) {
  const how = standing(row, nowMs);
  const { mark, name } = standings[how];
  const text = story(row);
  return (
    <div
      class="row"
      role="row"
      aria-rowindex={number + 2}
      data-standing={how}
      data-device={row.device}
      style={{ transform: `translateY(${number * rowHeight}px)` }}
    >
      <div role="cell" class="health">
        <i aria-hidden="true">{mark}</i>
        {name}
      </div>
      <div role="cell" class="device">
        {row.device}
      </div>
      <div role="cell" class="type">
        {row.type}
      </div>
      <div role="cell" class="channel" data-channel={row.channel}>
        {row.channel}
      </div>
      <div role="cell" class="version">
        {row.active ? (
          <>
            {row.active.model} <b>{row.active.version}</b>
          </>
        ) : (
          'none'
        )}
      </div>
      <div role="cell" class="slot">
        {row.active?.slot.toUpperCase() ?? ''}
      </div>
      <div role="cell" class="last" title={text}>
        {text}
      </div>
      <div role="cell" class="seen figures">
        {ago(nowMs - row.seenAtMs)} ago
      </div>
    </div>
  );
}
