import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRoundReport } from '../mine/round-report.js';
import { readRunLog } from '../optimise/run-log.js';
import { lineChart } from '../report/charts.js';
import { contactSheetCss } from '../report/contact-sheet.js';
import { chartGrid, type Html, html, htmlPage, rawHtml, type Section } from '../report/page.js';
import { writeFileAtomic } from '../stage/atomic.js';
import { distillTerms, fitTerms } from './curves.js';
import { bestOf, readDevLog } from './dev-selection.js';
import { contactNote, minedCharts, minedFigures, minerSentence, pairPictures } from './mined-report.js';
import { readRetrieval } from './retrieval-stage.js';
import { stageFolders, type TrainingRun } from './training-run.js';

/** Writes report.html of the work folder: everything there is so far, on one self-contained page. @returns its path. */
export async function writeRunReport(run: Pick<TrainingRun, 'work' | 'preset'>): Promise<string> {
  const { report } = stageFolders(run);
  const sections = [
    ...(await devSection(run)),
    ...(await retrievalSection(run)),
    ...yieldSection(run),
    ...(await miningSections(run)),
    ...ablationSection(run),
    ...(await curveSection(run)),
    ...cardSection(run),
  ];
  const page = htmlPage({
    title: `Training of ${run.preset.spec.name}`,
    css: contactSheetCss + runCss,
    lead: html`<p class="note">
      ${finishedRounds(run).length} of ${run.preset.rounds.length} rounds. Written anew after every round.
    </p>`,
    sections,
  });
  await writeFileAtomic(report, page);
  return report;
}

type Run = Pick<TrainingRun, 'work' | 'preset'>;

const runCss = `
details{margin-top:10px}
summary{cursor:pointer;font-weight:600}
`;

/** Development scores over the steps of all rounds, one after the other. */
async function devSection(run: Run): Promise<Section[]> {
  const folders = stageFolders(run);
  let before = 0;
  const fits = [
    ...run.preset.rounds.map(({ optimiser }, round) => ({
      name: `round ${round}`,
      optimiser,
      dir: folders.fit(round),
    })),
    ...lastFits(run),
  ];
  const rounds = fits.map(({ name, optimiser, dir }) => {
    const offset = before;
    before += optimiser.steps;
    return { name, offset, log: readDevLog(dir) };
  });
  if (rounds.every(({ log }) => log.length === 0)) return [];
  const chart = (title: string, key: 'auc' | 'precision20'): Promise<string> =>
    lineChart({
      title,
      x: { label: 'steps of fitting, one fit after the other' },
      y: { label: '' },
      series: rounds
        .filter(({ log }) => log.length > 0)
        .map(({ name, offset, log }) => ({
          name,
          points: log.map((entry) => [offset + entry.step, entry[key]] as const),
        })),
    });
  const rows = rounds.flatMap(({ name, log }) => {
    const best = bestOf(log);
    if (!best) return [];
    const { step, auc, precision20 } = best;
    return [[name, String(step), auc.toFixed(3), precision20.toFixed(3)]];
  });
  const charts = await Promise.all([chart('Success AUC', 'auc'), chart('Precision at 20 px', 'precision20')]);
  return [
    {
      heading: 'Development sequences',
      note: 'Averaged weights at checkpoints. The best of a round is what the round hands on.',
      body: html`${chartGrid(charts)}${table(['round', 'best at step', 'AUC', 'precision'], rows)}`,
    },
  ];
}

/** Share of true places ranked first, by interval and stage. */
async function retrievalSection(run: Run): Promise<Section[]> {
  const stages = stagesOf(run).flatMap(({ name, dir }) => {
    const report = readRetrieval(dir);
    return typeof report?.mean === 'number' ? [{ name, report }] : [];
  });
  const [first] = stages;
  if (!first) return [];
  const { intervals, heldOut, clips } = first.report;
  const chart = await lineChart({
    title: 'True place ranked first among its surroundings',
    x: { label: 'interval, stored frames', scale: 'log' },
    y: { label: 'share of trials', domain: [0, 1], format: '.0%' },
    series: [
      ...stages.map(({ name, report }) => ({
        name,
        points: report.intervals.map(({ interval, first: share }) => [interval, share ?? NaN] as const),
      })),
      {
        name: 'chance',
        dashed: true,
        points: intervals.map(({ interval, chance }) => [interval, chance ?? NaN] as const),
      },
    ],
  });
  const rows = stages.map(({ name, report }) => [
    name,
    ...report.intervals.map(({ first: share }) => share?.toFixed(3) ?? '–'),
    report.mean?.toFixed(3) ?? '–',
  ]);
  const trials = intervals.map((each) => `${each.trials} after ${each.interval}`).join(', ');
  const heads = ['stage', ...intervals.map(({ interval }) => `${interval} frames`), 'mean'];
  return [
    {
      heading: 'Retrieval',
      note: `On ${clips} clips ${heldOut ? 'held out of training' : 'that were trained on (too few to hold any out)'}; trials: ${trials}. The true place is where forward-backward optical flow has taken the box.`,
      body: html`${chartGrid([chart])}${table(heads, rows)}`,
    },
  ];
}

function yieldSection(run: Run): Section[] {
  const reports = minedRounds(run);
  if (reports.length === 0) return [];
  const rows = reports.map(({ report }) => [
    `round ${report.round}`,
    report.miner,
    String(report.interval),
    report.tracklets.toLocaleString('en'),
    `${((100 * report.tracklets) / Math.max(1, report.tried)).toFixed(0)} %`,
    report.sightings.toLocaleString('en'),
    report.boxesPerSecond.toFixed(1),
    report.followed.toFixed(2),
    report.framesPerSecond.toFixed(0),
  ]);
  const heads = [
    'mined',
    'miner',
    'interval',
    'tracklets',
    'of proposals',
    'boxes',
    'boxes / s video',
    'followed at a time',
    'frames / s',
  ];
  return [{ heading: 'Yield', body: table(heads, rows) }];
}

async function miningSections(run: Run): Promise<Section[]> {
  const rounds = minedRounds(run);
  return Promise.all(
    rounds.map(async ({ dir, report }) => ({
      heading: `Mining, round ${report.round}`,
      note: minerSentence(report),
      body: html`${minedFigures(report)}${chartGrid(await minedCharts(report))}
        <details ${rawHtml(report.round === rounds.at(-1)!.report.round ? 'open' : '')}>
          <summary>Mined pairs</summary>
          <p class="note">${contactNote}</p>
          ${pairPictures(dir, report)}
        </details>`,
    })),
  );
}

/** The rows of ablation.json (a list of flat objects), when the work folder has one. */
function ablationSection({ work }: Run): Section[] {
  const path = join(work, 'ablation.json');
  if (!existsSync(path)) return [];
  const parsed = JSON.parse(readFileSync(path, 'utf8')) as unknown;
  const list = Array.isArray(parsed) ? parsed : (parsed as { rows?: unknown }).rows;
  if (!Array.isArray(list)) return [];
  const rows = list as Record<string, unknown>[];
  const heads = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string => {
    if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(3);
    return typeof value === 'string' ? value : value === undefined ? '–' : JSON.stringify(value);
  };
  const body = table(
    heads,
    rows.map((row) => heads.map((head) => cell(row[head]))),
  );
  return [{ heading: 'Ablation', body }];
}

async function curveSection(run: Run): Promise<Section[]> {
  const charts: string[] = [];
  for (const { name, dir, groups } of stagesOf(run)) {
    const log = readRunLog(join(dir, 'curve.jsonl'));
    if (log.length === 0) continue;
    for (const terms of groups) {
      charts.push(
        await lineChart({
          title: `${name}: ${terms.join(', ')}`,
          x: { label: 'step' },
          y: { label: '' },
          series: terms.map((term) => ({
            name: term,
            points: log.map((entry) => [entry.step, entry[term] ?? Number.NaN] as const),
          })),
        }),
      );
    }
  }
  return charts.length === 0 ? [] : [{ heading: 'Curves', body: chartGrid(charts) }];
}

/** The table of the last round's card.md. */
function cardSection(run: Run): Section[] {
  const round = finishedRounds(run).at(-1);
  if (round === undefined) return [];
  const lines = readFileSync(join(stageFolders(run).model(round), 'card.md'), 'utf8').split('\n');
  const rows = lines
    .filter((line) => line.startsWith('|') && !/^\|[\s|-]*\|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return [{ heading: `Card, round ${round}`, body: table([], rows) }];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="scroll">
    <table>
      ${
        heads.length === 0
          ? rawHtml('')
          : html`<thead>
              <tr>
                ${heads.map((head) => html`<th>${head}</th>`)}
              </tr>
            </thead>`
      }
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function stagesOf(run: Run) {
  const folders = stageFolders(run);
  return [
    {
      name: 'BD model',
      dir: folders.discriminate,
      groups: [['loss'], ['retrieval']],
    },
    ...run.preset.rounds.map((_, round) => ({
      name: `fit ${round}`,
      dir: folders.fit(round),
      groups: fitTerms,
    })),
    ...lastFits(run).map(({ name, dir, groups }) => ({ name, dir, groups })),
  ];
}

/** Teacher and student, where the preset has them. */
function lastFits({ work, preset: { teacher, distill } }: Run) {
  const { fitTeacher, fitDistilled } = stageFolders({ work });
  return [
    ...(teacher
      ? [{ name: 'teacher', optimiser: teacher.optimiser, dir: fitTeacher, groups: fitTerms }]
      : []),
    ...(distill
      ? [{ name: 'student', optimiser: distill.optimiser, dir: fitDistilled, groups: distillTerms }]
      : []),
  ];
}

function minedRounds(run: Run) {
  const { mined } = stageFolders(run);
  return run.preset.rounds.flatMap((_, round) => {
    const report = readRoundReport(mined(round));
    return report ? [{ dir: mined(round), report }] : [];
  });
}

function finishedRounds(run: Run): number[] {
  const { model } = stageFolders(run);
  return [...run.preset.rounds.keys()].filter((round) => existsSync(join(model(round), 'card.md')));
}
