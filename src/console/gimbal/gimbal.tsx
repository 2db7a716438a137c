import {
  crosshairSpan,
  type ConsoleGimbal,
  type CrosshairPoint,
} from '../../core/console/server-messages.js';
import { usePage } from '../model/context.js';
import { curvePaths, fullScale, offFigures } from './curve.js';
import { Scope } from './scope.js';

/** What the gimbal does, and how well it keeps the target in the middle. Nothing, where there is no gimbal. */
export function Gimbal() {
  const { store } = usePage();
  const gimbal = store.gimbal.value;
  if (!gimbal) return null;
  const points = store.crosshair.value;
  const scale = fullScale(points);
  const figures = offFigures(points);
  return (
    <section class="panel gimbal" aria-labelledby="gimbal-title">
      <h2 id="gimbal-title">
        Crosshair error <small data-testid="gimbal-mode">gimbal: {doing(gimbal)}</small>
      </h2>
      <div class="crosshair">
        <Scope points={points} scale={scale} />
        <Curve points={points} scale={scale} />
      </div>
      <dl class="gimbal-figures">
        <Figure name="RMS" value={percent(figures?.rms)} unit="%" />
        <Figure name="worst" value={percent(figures?.worst)} unit="%" />
        <Figure name="yaw" value={rate(gimbal.rates?.yaw)} unit="°/s" />
        <Figure name="pitch" value={rate(gimbal.rates?.pitch)} unit="°/s" />
      </dl>
    </section>
  );
}

function doing({ connected, authority, mode }: ConsoleGimbal): string {
  if (!connected) return 'no answer';
  return authority === 'operator' ? 'an operator has it' : words[mode];
}

const words: Readonly<Record<ConsoleGimbal['mode'], string>> = {
  idle: 'no target',
  following: 'following',
  coasting: 'along the prediction',
  holding: 'holding still',
  returning: 'back to the preset',
  stale: 'holding still, no fresh track',
  manual: 'an operator has it',
};

const [width, height] = [400, 120];

function Curve({ points, scale }: { readonly points: readonly CrosshairPoint[]; readonly scale: number }) {
  const frame = { width, height, scale };
  const right = curvePaths(points, ({ x }) => x, frame);
  const up = curvePaths(points, ({ y }) => -y, frame);
  const edge = `${(50 * scale).toFixed(scale < 0.1 ? 1 : 0)} %`;
  return (
    <div class="curve">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={spoken(points)}
      >
        <path class="grid" d={`M0 ${height / 4}H${width}M0 ${(3 * height) / 4}H${width}`} />
        <path class="zero" d={`M0 ${height / 2}H${width}`} />
        <path class="up" d={up.seen} />
        <path class="up predicted" d={up.predicted} />
        <path class="right" d={right.seen} />
        <path class="right predicted" d={right.predicted} />
      </svg>
      <span class="at upper figures">+{edge}</span>
      <span class="at lower figures">−{edge}</span>
      <ul class="legend">
        <li class="right">right</li>
        <li class="up">up</li>
        <li>last {crosshairSpan} s</li>
      </ul>
    </div>
  );
}

function spoken(points: readonly CrosshairPoint[]): string {
  const figures = offFigures(points);
  const off = figures ? `${percent(figures.rms)} % of the picture's width RMS` : 'no box yet';
  return `How far the target was off the middle in the last ${crosshairSpan} seconds: ${off}`;
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
}

function Figure({ name, value, unit }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span class="figures">{value}</span> <small>{unit}</small>
      </dd>
    </div>
  );
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : (100 * share).toFixed(1);
}

function rate(degrees: number | undefined): string {
  return degrees === undefined
    ? '–'
    : degrees
        .toFixed(1)
        .replace(/^-(?=0\.0$)/, '')
        .replace('-', '−');
}
