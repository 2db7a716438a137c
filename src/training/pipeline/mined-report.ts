import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tracklet } from '../data/pair-source.js';
import { drawContactSheet } from '../mine/contact-sheet.js';
import { agreementBins } from '../mine/mine-clip.js';
import { type RoundReport, roundReport, type RoundReportOptions } from '../mine/round-report.js';
import { barChart, histogram } from '../report/charts.js';
import { contactSheet, contactSheetCss } from '../report/contact-sheet.js';
import { chartGrid, type Html, html, htmlPage } from '../report/page.js';
import { writeFileAtomic, writeJsonAtomic } from '../stage/atomic.js';
import type { FrameStore } from '../store/frame-store.js';

/** Writes report.json, the pictures of pairs/ and report.html of a mined round. */
export async function writeMinedReport(
  store: FrameStore,
  dir: string,
  options: Omit<RoundReportOptions, 'contactSheet'> & { readonly seed: number },
): Promise<RoundReport> {
  const { round, tracklets, maxInterval, seed } = options;
  const pairs = await drawContactSheet({
    tracklets,
    readFrame: pictureReader(store),
    out: dir,
    seed: seed + round,
    maxInterval,
  });
  const report = roundReport(dir, { ...options, contactSheet: pairs });
  await writeJsonAtomic(join(dir, 'report.json'), report);
  const page = htmlPage({
    title: `Mining, round ${round}`,
    css: contactSheetCss,
    lead: html`<p class="note">${minerSentence(report)}</p>
      ${minedFigures(report)}`,
    sections: [
      { heading: 'Agreement and intervals', body: chartGrid(await minedCharts(report)) },
      {
        heading: 'Mined pairs',
        note: contactNote,
        body: pairPictures(dir, report),
      },
    ],
  });
  await writeFileAtomic(join(dir, 'report.html'), page);
  return report;
}

export const contactNote =
  'Random pairs as the fit draws them. Left: template, right: search, twice as wide. The boxes should hold the same object. Beneath: interval in stored frames, grade (the weight of the pair), clip.';

export function minerSentence({ miner, interval }: RoundReport): string {
  const who = miner === 'bd' ? 'the background-discrimination model' : 'the network of the round before';
  return `Mined by ${who}, comparing frames ${interval} stored ${interval === 1 ? 'frame' : 'frames'} apart.`;
}

export function minedFigures(report: RoundReport): Html {
  const { tracklets, tried, sightings, boxesPerSecond, followed, framesPerSecond } = report;
  const items: readonly (readonly [string, string])[] = [
    ['tracklets', `${tracklets.toLocaleString('en')} of ${tried.toLocaleString('en')}`],
    ['boxes', sightings.toLocaleString('en')],
    ['boxes per second of video', boxesPerSecond.toFixed(1)],
    ['objects followed at a time', followed.toFixed(2)],
    ['frames mined per second', framesPerSecond.toFixed(0)],
  ];
  return html`<dl class="figures">
    ${items.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

export function minedCharts(report: RoundReport): Promise<string[]> {
  const { agreement, fates, pairIntervals } = report;
  return Promise.all([
    histogram({
      title: 'Overlap of the way there with the way back',
      x: { label: 'overlap, of everything that was followed both ways', domain: [0, 1] },
      values: agreement.map((_, bin) => (bin + 0.5) / agreementBins),
      weights: agreement,
      bins: agreementBins,
    }),
    barChart({
      title: 'Pairs by interval (stored frames)',
      x: { label: 'pairs' },
      bars: pairIntervals.map(({ from, to, pairs }) => ({
        label: from === to ? String(from) : `${from} to ${to}`,
        value: pairs,
      })),
    }),
    barChart({
      title: 'What became of the proposals',
      x: { label: 'proposals' },
      bars: [
        { label: 'came back', value: fates.kept },
        { label: 'did not come back', value: fates.disagreed },
        { label: 'look-alike too near', value: fates.ambiguous },
        { label: 'out of sight', value: fates.unseen },
      ],
    }),
  ]);
}

/** The contact sheet, embedded. */
export function pairPictures(dir: string, { contactSheet: pairs }: RoundReport): Html {
  return contactSheet(
    pairs.map(({ file, clip, frames: [template, search], grade }) => ({
      jpeg: readFileSync(join(dir, file)),
      description: `${clip}, frame ${template} and frame ${search}`,
      caption: [
        `${search > template ? '+' : ''}${search - template} frames, grade ${grade.toFixed(2)}`,
        `${clip} ${template}`,
      ],
    })),
  );
}

function pictureReader(
  store: FrameStore,
): (clip: string, index: number) => ReturnType<FrameStore['readFrame']> {
  const clips = new Map(store.clips.map((clip) => [clip.name, clip]));
  return (name, index) => store.readFrame(clips.get(name)!, index);
}

/** Tracklets whose clips the fit may see. */
export function withoutHeldOut(tracklets: readonly Tracklet[], held: readonly string[]): Tracklet[] {
  return tracklets.filter(({ clip }) => !held.includes(clip));
}
