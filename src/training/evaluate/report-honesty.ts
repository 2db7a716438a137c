import { barChart, histogram, lineChart } from '../report/charts.js';
import { longTermCurve } from './long-term.js';
import { claimsOf, type Reliability } from './reliability.js';
import { completeFrames, type ScoredRun, type Summary } from './summary.js';

export const honestyNote =
  'What the tracker says of itself. Reliability: of the frames with a box that claim a confidence, how many overlap the target by more than 0.5; on the dashed line the claim is a probability. Long-term: only boxes from a confidence on count as answers.';

/** Charts of how far the tracker's word can be trusted; none without a complete sequence. */
export async function honestyCharts(runs: readonly ScoredRun[], summary: Summary): Promise<string[]> {
  const frames = completeFrames(runs);
  const curve = longTermCurve(frames);
  if (curve === null || summary.reliability === null) return [];
  const { thresholds, points } = curve;
  const share = { label: 'share', domain: [0, 1], format: '.0%' } as const;
  const confidence = { label: 'confidence', domain: [0, 1] } as const;
  const line = (name: 'precision' | 'recall' | 'fScore', label: string) => ({
    name: label,
    points: points.map((point, index) => [thresholds[index]!, point[name]] as const),
  });
  return Promise.all([
    reliabilityDiagram(summary.reliability),
    histogram({
      title: 'Confidence of the frames with a box',
      x: confidence,
      values: frames.flatMap(claimsOf).map((claim) => claim.confidence),
    }),
    lineChart({
      title: 'Long-term scores by confidence threshold',
      x: { label: 'boxes from this confidence on', domain: [0, 1] },
      y: share,
      series: [line('precision', 'precision'), line('recall', 'recall'), line('fScore', 'F-score')],
    }),
    lineChart({
      title: 'Long-term precision and recall',
      x: { label: 'recall', domain: [0, 1] },
      y: { label: 'precision', domain: [0, 1] },
      series: [{ name: 'mean', points: points.map(({ recall, precision }) => [recall, precision] as const) }],
    }),
    ...returns(summary),
  ]);
}

function reliabilityDiagram({ bins, ece, adaptiveEce }: Reliability): Promise<string> {
  return lineChart({
    title: `Reliability: calibration error ${ece.toFixed(3)}, adaptive ${adaptiveEce.toFixed(3)}`,
    x: { label: 'claimed confidence', domain: [0, 1] },
    y: { label: 'on the target', domain: [0, 1], format: '.0%' },
    series: [
      {
        name: 'observed',
        points: bins.flatMap(({ confidence, accuracy }) =>
          confidence === null || accuracy === null ? [] : [[confidence, accuracy] as const],
        ),
      },
      {
        name: 'a probability',
        points: [
          [0, 0],
          [1, 1],
        ],
        dashed: true,
      },
    ],
  });
}

/** How long it took to find the target again, where it ever left. */
function returns({ sequences }: Summary): Promise<string>[] {
  const bars = sequences.flatMap(({ name, reacquisition }) =>
    reacquisition.mean === null ? [] : [{ label: name, value: reacquisition.mean }],
  );
  if (bars.length === 0) return [];
  return [barChart({ title: 'Frames to re-acquire after an absence', x: { label: 'frames, mean' }, bars })];
}
