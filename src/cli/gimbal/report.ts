import { lineChart } from '../../training/report/charts.js';
import { chartGrid, html, htmlPage } from '../../training/report/page.js';
import type { ClosedLoopSample } from './closed-loop.js';
import { figuresOf } from './figures.js';

/** A page with the curves of a run. */
export async function loopReport(
  samples: readonly ClosedLoopSample[],
  { scenario, exact }: { readonly scenario: string; readonly exact: boolean },
): Promise<string> {
  const drawn = thinned(samples);
  const curve = (value: (sample: ClosedLoopSample) => number) =>
    drawn.map((sample) => [sample.timeS, value(sample)] as const);
  const degrees = 180 / Math.PI;
  const time = { label: 'seconds' };
  const error = await lineChart({
    title: 'Crosshair error, % of the frame width',
    x: time,
    y: { label: '%' },
    series: [
      { name: 'across', points: curve(({ off }) => (off ? 100 * off.x : Number.NaN)) },
      { name: 'down', points: curve(({ off }) => (off ? 100 * off.y : Number.NaN)) },
    ],
  });
  const rates = await lineChart({
    title: 'Rates told to the gimbal, deg/s',
    x: time,
    y: { label: 'deg/s' },
    series: [
      { name: 'yaw', points: curve((it) => degrees * it.rates.yaw) },
      { name: 'pitch', points: curve((it) => degrees * it.rates.pitch) },
    ],
  });
  const { tracks, fps, rmsOff, worstOff, seen, toWireP99 } = figuresOf(samples);
  const boxes = exact ? 'the simulation itself' : 'the tracker';
  const lead = html`<p>
    Scenario ${scenario}, boxes from ${boxes}: ${tracks} tracks at ${fps.toFixed(0)} fps, seen on
    ${(100 * seen).toFixed(1)} %. Off the middle by ${(100 * rmsOff).toFixed(2)} % of the width RMS,
    ${(100 * worstOff).toFixed(2)} % at worst. Rates with the kernel ${toWireP99?.toFixed(2) ?? '-'} ms (p99)
    after the track.
  </p>`;
  const sections = [{ heading: 'Closed loop', body: chartGrid([error, rates]) }];
  return htmlPage({ title: 'Gimbal, closed loop', lead, sections });
}

/** A curve has no room for more points than these. */
const mostPoints = 1800;

function thinned(samples: readonly ClosedLoopSample[]): readonly ClosedLoopSample[] {
  const step = Math.ceil(samples.length / mostPoints);
  return samples.filter((_, index) => index % step === 0);
}
