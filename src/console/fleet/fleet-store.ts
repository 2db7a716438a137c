import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { standing, type FleetMessage, type FleetRow } from '../../core/console/fleet-messages.js';
import { compareRows, type SortKey } from './sort-rows.js';

export type Standing = ReturnType<typeof standing>;

export interface FleetStore {
  readonly link: Signal<'opening' | 'open' | 'lost'>;
  readonly broker: Signal<FleetMessage['broker'] | null>;
  /** The server's clock. */
  readonly nowMs: Signal<number>;
  offsetMs: number;
  readonly devices: Signal<ReadonlyMap<string, FleetRow>>;
  readonly search: Signal<string>;
  /** Null: all. */
  readonly only: Signal<Standing | null>;
  readonly version: Signal<string | null>;
  readonly sort: Signal<{ readonly key: SortKey; readonly down: boolean }>;
  /** After filters, in order. */
  readonly rows: ReadonlySignal<readonly FleetRow[]>;
  readonly counts: ReadonlySignal<ReadonlyMap<Standing, number>>;
  /** `model version` and how many run it, the most frequent first. */
  readonly versions: ReadonlySignal<readonly (readonly [string, number])[]>;
  take(message: FleetMessage): void;
}

export function createFleetStore(): FleetStore {
  const devices = signal<ReadonlyMap<string, FleetRow>>(new Map());
  const nowMs = signal(Date.now());
  const search = signal('');
  const only = signal<Standing | null>(null);
  const version = signal<string | null>(null);
  const sort = signal<{ key: SortKey; down: boolean }>({ key: 'health', down: false });
  const link = signal<'opening' | 'open' | 'lost'>('opening');
  const broker = signal<FleetMessage['broker'] | null>(null);
  const rows = computed(() => {
    const wanted = search.value.trim().toLowerCase();
    const { key, down } = sort.value;
    return [...devices.value.values()]
      .filter((row) => only.value === null || standing(row, nowMs.value) === only.value)
      .filter((row) => version.value === null || versionOf(row) === version.value)
      .filter((row) => wanted === '' || searchText(row).includes(wanted))
      .sort((a, b) => compareRows(a, b, key, nowMs.value) * (down ? -1 : 1));
  });
  const store: FleetStore = {
    link,
    broker,
    nowMs,
    offsetMs: 0,
    devices,
    search,
    only,
    version,
    sort,
    rows,
    counts: computed(() => countBy([...devices.value.values()], (row) => standing(row, nowMs.value))),
    versions: computed(() =>
      [...countBy([...devices.value.values()], versionOf)].sort(
        ([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1),
      ),
    ),
    take(message) {
      store.offsetMs = message.nowMs - Date.now();
      nowMs.value = message.nowMs;
      broker.value = message.broker;
      link.value = 'open';
      if (message.devices.length === 0) return;
      const next = new Map(devices.value);
      for (const row of message.devices) next.set(row.device, row);
      devices.value = next;
    },
  };
  return store;
}

export function versionOf({ active }: FleetRow): string {
  return active ? `${active.model} ${active.version}` : 'no model';
}

function searchText(row: FleetRow): string {
  return [row.device, row.type, row.channel, versionOf(row), row.detail, row.last?.reason ?? '']
    .join(' ')
    .toLowerCase();
}

function countBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
