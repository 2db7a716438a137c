import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TrainingError } from '../../core/errors.js';
import type { Tracklet } from '../data/pair-source.js';
import type { StoredClip } from '../store/clip.js';
import type { ContactPair } from './contact-sheet.js';
import { agreementBins, type Miner } from './mine-clip.js';

const count = z.int().nonnegative();
const fatesSchema = z.object({ kept: count, unseen: count, ambiguous: count, disagreed: count });

/** Of a finished clip, what the tracklets do not say. */
const clipFiguresSchema = z.object({
  tried: count,
  updates: count,
  fates: fatesSchema,
  agreement: z.array(count).length(agreementBins),
  ms: z.number().nonnegative(),
});

const contactPairSchema = z.object({
  file: z.string(),
  clip: z.string(),
  frames: z.tuple([count, count]),
  grade: z.number(),
});

const roundReportSchema = z.object({
  round: count,
  miner: z.enum(['bd', 'tracker']),
  /** Stored frames between the frames that were compared. */
  interval: z.int().positive(),
  tracklets: count,
  sightings: count,
  /** Proposals followed, and frames looked at for them. */
  tried: count,
  updates: count,
  /** Of all video that was mined, and boxes found per second of it. */
  videoSeconds: z.number(),
  boxesPerSecond: z.number(),
  /** Seconds over which objects were followed, per second of video: does not hang on the interval, so rounds can be compared. */
  followed: z.number(),
  /** Frames looked at per second of one worker. */
  framesPerSecond: z.number(),
  fates: fatesSchema,
  /** Overlaps of the ways there with the ways back, kept or not, in equal bins of 0..1. */
  agreement: z.array(count),
  /** Pairs that the fit can draw, by their interval in stored frames. */
  pairIntervals: z.array(z.object({ from: count, to: count, pairs: count })),
  contactSheet: z.array(contactPairSchema),
});

/** report.json of a mined round. */
export type RoundReport = Readonly<z.infer<typeof roundReportSchema>>;

export interface RoundReportOptions {
  readonly round: number;
  readonly miner: Miner;
  readonly interval: number;
  /** Longest interval of a pair in the fit that follows. */
  readonly maxInterval: number;
  readonly tracklets: readonly Tracklet[];
  /** What was mined. */
  readonly clips: readonly StoredClip[];
  readonly contactSheet: readonly ContactPair[];
}

/** Sums the finished clips of `dir` up. @throws TrainingError when one is missing or corrupt. */
export function roundReport(dir: string, options: RoundReportOptions): RoundReport {
  const { round, miner, interval, maxInterval, tracklets, clips, contactSheet } = options;
  const figures = clips.map(({ name }) => readClipFigures(join(dir, 'clips', `${name}.json`)));
  const total = (of: (clip: (typeof figures)[number]) => number): number =>
    figures.reduce((sum, clip) => sum + of(clip), 0);
  const byName = new Map(clips.map((clip) => [clip.name, clip]));
  const videoSeconds = clips.reduce((sum, clip) => sum + clip.frames * frameSeconds(clip), 0);
  const sightings = tracklets.reduce((sum, each) => sum + each.sightings.length, 0);
  const followed = tracklets.reduce((sum, each) => {
    const span = each.sightings.at(-1)!.frame - each.sightings[0]!.frame;
    return sum + span * frameSeconds(byName.get(each.clip)!);
  }, 0);
  return {
    round,
    miner,
    interval,
    tracklets: tracklets.length,
    sightings,
    tried: total(({ tried }) => tried),
    updates: total(({ updates }) => updates),
    videoSeconds: rounded(videoSeconds),
    boxesPerSecond: rounded(sightings / Math.max(videoSeconds, 1e-9)),
    followed: rounded(followed / Math.max(videoSeconds, 1e-9)),
    framesPerSecond: rounded(
      (1000 * total(({ updates }) => updates)) /
        Math.max(
          1,
          total(({ ms }) => ms),
        ),
    ),
    fates: {
      kept: total(({ fates }) => fates.kept),
      unseen: total(({ fates }) => fates.unseen),
      ambiguous: total(({ fates }) => fates.ambiguous),
      disagreed: total(({ fates }) => fates.disagreed),
    },
    agreement: Array.from({ length: agreementBins }, (_, bin) => total((clip) => clip.agreement[bin]!)),
    pairIntervals: pairIntervals(tracklets, maxInterval),
    contactSheet: contactSheet.map(({ frames: [template, search], ...pair }) => ({
      ...pair,
      frames: [template, search],
    })),
  };
}

/** report.json of a mined round; null when there is none (the round has not finished, or is of an older version). */
export function readRoundReport(dir: string): RoundReport | null {
  try {
    return roundReportSchema.parse(JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** Pairs of two sightings of one tracklet, at most `maxInterval` frames apart, in bins 1, 2, 3-4, 5-8, 9-16 … */
export function pairIntervals(
  tracklets: readonly Tracklet[],
  maxInterval: number,
): RoundReport['pairIntervals'] {
  const bins: { from: number; to: number; pairs: number }[] = [];
  for (let to = 1; ; to *= 2) {
    bins.push({ from: Math.floor(to / 2) + 1, to: Math.min(to, Math.max(1, maxInterval)), pairs: 0 });
    if (to >= maxInterval) break;
  }
  for (const { sightings } of tracklets) {
    for (const [index, { frame }] of sightings.entries()) {
      for (const later of sightings.slice(index + 1)) {
        if (later.frame - frame > maxInterval) break;
        bins.find(({ to }) => later.frame - frame <= to)!.pairs += 1;
      }
    }
  }
  return bins;
}

/** Of a stored frame; films of unknown rate count as 25 a second. */
function frameSeconds({ stride, fps }: StoredClip): number {
  return stride / (fps ?? 25);
}

function readClipFigures(path: string) {
  try {
    return clipFiguresSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new TrainingError(
      `${path}: no readable figures (mined by an older version); remove the folder to mine anew`,
      { cause },
    );
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
