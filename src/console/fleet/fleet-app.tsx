import type { FleetStore, Standing } from './fleet-store.js';
import { FleetTable } from './fleet-table.js';
import { standings } from './texts.js';
import { VersionBar } from './version-bar.js';

export function FleetApp({ store }: { readonly store: FleetStore }) {
  return (
    <div class="page fleet">
      <Header store={store} />
      <main>
        <Counts store={store} />
        <VersionBar store={store} />
        <FleetTable store={store} />
      </main>
    </div>
  );
}

function Header({ store }: { readonly store: FleetStore }) {
  const broker = store.broker.value;
  const well = store.link.value === 'open' && broker?.connected === true;
  const text =
    store.link.value === 'lost'
      ? 'the server is away; trying again'
      : broker === null
        ? 'connecting'
        : broker.connected
          ? broker.url
          : `no broker at ${broker.url}`;
  return (
    <header class="bar">
      <img src="./icon.svg" alt="" width={28} height={28} />
      <h1>
        Tagalong <small>fleet</small>
      </h1>
      <span class="tag" data-level={well ? 'ok' : 'fault'} data-testid="link">
        {text}
      </span>
    </header>
  );
}

/** How many are how; each is a filter too. */
function Counts({ store }: { readonly store: FleetStore }) {
  const order = Object.keys(standings) as Standing[];
  return (
    <section class="counts" aria-label="Filter by health">
      <Count store={store} value={null} mark="" name="devices" count={store.devices.value.size} />
      {order.map((value) => (
        <Count
          key={value}
          store={store}
          value={value}
          {...standings[value]}
          count={store.counts.value.get(value) ?? 0}
        />
      ))}
      <input
        type="search"
        aria-label="Search"
        placeholder="Search device, type, version, reason"
        value={store.search.value}
        onInput={({ currentTarget }) => (store.search.value = currentTarget.value)}
      />
    </section>
  );
}

interface CountProps {
  readonly store: FleetStore;
  readonly value: Standing | null;
  readonly mark: string;
  readonly name: string;
  readonly count: number;
}

function Count({ store, value, mark, name, count }: CountProps) {
  const pressed = store.only.value === value;
  return (
    <button
      class="count"
      aria-pressed={pressed}
      data-standing={value ?? 'all'}
      data-empty={count === 0}
      onClick={() => (store.only.value = pressed ? null : value)}
    >
      <strong class="figures">{count}</strong>
      <span>
        {mark !== '' && <i aria-hidden="true">{mark}</i>} {name}
      </span>
    </button>
  );
}
