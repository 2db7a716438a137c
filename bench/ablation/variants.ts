/** One way of training, everything else being equal. */
export interface Variant {
  readonly name: string;
  /** Its row in the table. */
  readonly text: string;
  /** Round of mining whose tracklets it draws from; 0: self-pairs only. */
  readonly mined: 0 | 1 | 2;
  /** Longest interval of a mined pair, in stored frames. */
  readonly maxInterval: number;
  /** Mined pairs weighed by their grade, and by how likely the network finds them. */
  readonly robust: boolean;
  /** Share of mined pairs that are made wrong on purpose. */
  readonly wrongShare: number;
  /** Learns from a teacher, too. */
  readonly distilled: boolean;
}

const selfPairs: Variant = {
  name: 'self',
  text: 'self-pairs only',
  mined: 0,
  maxInterval: 0,
  robust: false,
  wrongShare: 0,
  distilled: false,
};
const minedPairs: Variant = {
  ...selfPairs,
  name: 'mined',
  text: '+ mined pairs, interval 1',
  mined: 1,
  maxInterval: 1,
};
const progressive: Variant = {
  ...minedPairs,
  name: 'progressive',
  text: '+ intervals grown to 24',
  maxInterval: 24,
};
const robust: Variant = { ...progressive, name: 'robust', text: '+ noise-robust loss', robust: true };
export const secondRound: Variant = { ...robust, name: 'second', text: '+ second round of mining', mined: 2 };
const distilled: Variant = { ...secondRound, name: 'distilled', text: '+ distillation', distilled: true };

/** Each adds one thing to the one before. */
export const cumulative: readonly Variant[] = [
  selfPairs,
  minedPairs,
  progressive,
  robust,
  secondRound,
  distilled,
];

/** Shares of wrong pairs in the noise test; without any, `progressive` and `robust` are its two sides. */
export const wrongShares = [0.1, 0.2, 0.4] as const;

export const noisy: readonly Variant[] = wrongShares.flatMap((wrongShare) =>
  [progressive, robust].map((base) => ({
    ...base,
    wrongShare,
    name: `${base.robust ? 'robust' : 'plain'}-${100 * wrongShare}`,
    text: `${base.robust ? 'noise-robust' : 'plain'} loss, ${100 * wrongShare} % wrong pairs`,
  })),
);

export const variants: readonly Variant[] = [...cumulative, ...noisy];

/** The two sides of the noise test: plain and robust loss at a share of wrong pairs. */
export function noisePair(wrongShare: number): readonly [plain: string, robust: string] {
  return wrongShare === 0
    ? [progressive.name, robust.name]
    : [`plain-${100 * wrongShare}`, `robust-${100 * wrongShare}`];
}
