import type { Sample } from '../../core/console/server-messages.js';
import { usePage } from '../model/context.js';
import { Sparkline } from './sparkline.js';

/** Two minutes of half seconds. */
const length = 240;

/** The run of the last two minutes. */
export function Instruments() {
  const { store } = usePage();
  const samples = store.samples.value;
  const newest = samples.at(-1);
  const latencies = samples.map(({ latencyMs }) => latencyMs);
  const rates = samples.map(({ fps }) => fps);
  return (
    <section class="panel instruments" aria-labelledby="instruments-title">
      <h2 id="instruments-title">
        Last two minutes <small>left: then, right: now</small>
      </h2>
      <Instrument
        name="Confidence"
        value={percent(newest?.confidence ?? null)}
        unit="%"
        values={samples.map(({ confidence }) => confidence)}
        top={1}
      />
      <Instrument
        name="Latency"
        value={figure(newest?.latencyMs ?? null, 1)}
        unit="ms"
        values={latencies}
        top={scale(latencies, 20)}
      />
      <Instrument
        name="Rate"
        value={figure(newest?.fps ?? null, 0)}
        unit="fps"
        values={rates}
        top={scale(rates, 10)}
      />
      <Ribbon samples={samples} />
    </section>
  );
}

interface InstrumentProps {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly values: readonly (number | null)[];
  readonly top: number;
}

function Instrument({ name, value, unit, values, top }: InstrumentProps) {
  return (
    <div class="instrument">
      <span class="name">{name}</span>
      <span class="reading">
        <span class="figures">{value}</span> <small>{unit}</small>
      </span>
      <Sparkline values={values} length={length} top={top} />
    </div>
  );
}

/** The states one after the other: full height seen, half predicted, a foot lost. */
function Ribbon({ samples }: { readonly samples: readonly Sample[] }) {
  const first = length - samples.length;
  return (
    <div class="instrument">
      <span class="name">State</span>
      <svg class="ribbon" viewBox={`0 0 ${length} 12`} preserveAspectRatio="none" aria-hidden="true">
        {runs(samples).map(({ state, start, count }) => (
          <rect
            key={start}
            data-badge={state}
            x={first + start}
            width={count}
            y={12 - heights[state]}
            height={heights[state]}
          />
        ))}
      </svg>
    </div>
  );
}

const heights: Readonly<Record<Sample['state'], number>> = {
  tracking: 12,
  coasting: 7,
  lost: 4,
  idle: 2,
  paused: 2,
  starting: 1,
  ended: 1,
};

function runs(samples: readonly Sample[]) {
  const found: { state: Sample['state']; start: number; count: number }[] = [];
  samples.forEach(({ state }, index) => {
    const last = found.at(-1);
    if (last?.state === state) last.count += 1;
    else found.push({ state, start: index, count: 1 });
  });
  return found;
}

/** A top that holds all values, and does not jump with each. */
function scale(values: readonly (number | null)[], least: number): number {
  const most = Math.max(least, ...values.map((value) => value ?? 0));
  const magnitude = 10 ** Math.floor(Math.log10(most));
  return Math.ceil((most / magnitude) * 2) * (magnitude / 2);
}

function percent(share: number | null): string {
  return share === null ? '–' : (share * 100).toFixed(0);
}

function figure(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(value >= 100 ? 0 : digits);
}
