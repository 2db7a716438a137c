import type { ScenarioName } from './options.js';

/** Something that hides the target when it passes `at` metres along its route (and every lap again). */
export interface OccluderPlan {
  readonly kind: 'bridge' | 'avenue' | 'smoke';
  readonly at: number;
  /** Metres along the route. */
  readonly length: number;
  /** Avenue: metres between trees. */
  readonly spacing?: number;
}

/** What a scenario is made of. Metres, seconds, radians. */
export interface Scenario {
  readonly occluders: readonly OccluderPlan[];
  /** Look-alikes that circle the target: `reach` metres ahead and behind, once in `period` seconds. */
  readonly circling: readonly { readonly reach: number; readonly period: number; readonly phase: number }[];
  /** Vehicles on the other lane, one every `gap` metres; every `lookAlikeEvery`-th looks like the target. */
  readonly oncoming: { readonly count: number; readonly lookAlikeEvery: number };
  /** How far the built-in follow law lets the target drift from the image centre, as a share of the half width. */
  readonly drift: number;
  /** The camera looks away: from `start` for `duration`, every `period`, by `angle`. */
  readonly lookAway: {
    readonly start: number;
    readonly duration: number;
    readonly period: number;
    readonly angle: number;
  } | null;
  /** How fast the drone circles the target, rad/s; absent: slowly, by chance one way or the other. */
  readonly orbit?: number;
  /** 0: steady light; 1: cloud shadows and exposure changes in full. */
  readonly weather: number;
}

const none = { count: 0, lookAlikeEvery: 1 };

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  flight: {
    occluders: [
      { kind: 'avenue', at: 58, length: 34, spacing: 11 },
      { kind: 'bridge', at: 118, length: 11 },
      { kind: 'smoke', at: 190, length: 16 },
      { kind: 'avenue', at: 300, length: 60, spacing: 9 },
      { kind: 'bridge', at: 430, length: 13 },
      { kind: 'smoke', at: 560, length: 16 },
    ],
    circling: [{ reach: 17, period: 19, phase: 0.2 }],
    oncoming: { count: 9, lookAlikeEvery: 3 },
    drift: 0.3,
    lookAway: null,
    weather: 1,
  },
  calm: { occluders: [], circling: [], oncoming: none, drift: 0.15, lookAway: null, weather: 0 },
  crossing: {
    occluders: [],
    circling: [
      { reach: 12, period: 11, phase: 0.15 },
      { reach: 12, period: 11, phase: 0.65 },
      { reach: 24, period: 17, phase: 0.4 },
    ],
    oncoming: none,
    drift: 0.25,
    lookAway: null,
    weather: 0.5,
  },
  occlusion: {
    occluders: [
      { kind: 'bridge', at: 38, length: 20 },
      { kind: 'avenue', at: 110, length: 44, spacing: 4 },
      { kind: 'bridge', at: 190, length: 28 },
      { kind: 'smoke', at: 260, length: 24 },
      { kind: 'bridge', at: 340, length: 20 },
      { kind: 'avenue', at: 430, length: 60, spacing: 4 },
      { kind: 'bridge', at: 560, length: 28 },
    ],
    circling: [{ reach: 20, period: 23, phase: 0.2 }],
    oncoming: { count: 4, lookAlikeEvery: 2 },
    drift: 0.25,
    lookAway: null,
    weather: 0.7,
  },
  departure: {
    occluders: [],
    circling: [{ reach: 20, period: 21, phase: 0.2 }],
    oncoming: { count: 6, lookAlikeEvery: 2 },
    drift: 0.25,
    lookAway: { start: 3, duration: 3.5, period: 11, angle: 0.75 },
    weather: 0.7,
  },
  // seen at 44 degrees down, 28 deg/s about the vertical are 20 deg/s across the picture
  orbit: {
    ...{ occluders: [], circling: [], oncoming: none, drift: 0.1, lookAway: null, weather: 0 },
    orbit: (28 * Math.PI) / 180,
  },
};
