import type { FleetStore } from './fleet-store.js';

/** Versions that have a stripe of their own; the rest shares one. */
const most = 5;

/** Which share of the fleet runs what; each stripe is a filter too. */
export function VersionBar({ store }: { readonly store: FleetStore }) {
  const all = store.versions.value;
  const total = store.devices.value.size;
  if (total === 0) return null;
  const shown = all.slice(0, most);
  const rest = all.slice(most).reduce((sum, [, count]) => sum + count, 0);
  return (
    <section class="versions" aria-label="Filter by version">
      {shown.map(([name, count], index) => (
        <button
          key={name}
          class="version"
          data-rank={index}
          aria-pressed={store.version.value === name}
          style={{ flexGrow: count }}
          title={`${name}: ${count} of ${total}`}
          onClick={() => (store.version.value = store.version.value === name ? null : name)}
        >
          <span class="stripe" />
          <span class="label">
            <b>{name}</b> <span class="figures">{percent(count, total)}</span>
          </span>
        </button>
      ))}
      {rest > 0 && (
        <div class="version" data-rank={most} style={{ flexGrow: rest }}>
          <span class="stripe" />
          <span class="label">
            {all.length - most} others <span class="figures">{percent(rest, total)}</span>
          </span>
        </div>
      )}
    </section>
  );
}

function percent(count: number, total: number): string {
  const share = (100 * count) / total;
  return `${share < 10 && share > 0 ? share.toFixed(1) : share.toFixed(0)} %`;
}
