/** A colour on light and on dark ground. The light one stands in the charts; {@link darkRules} swaps it. */
export interface Colour {
  readonly light: string;
  readonly dark: string;
}

/** Colours of reports. The series are told apart by colour-blind readers (after Okabe and Ito). */
export const palette = {
  ground: { light: '#ffffff', dark: '#14181d' },
  panel: { light: '#f6f7f9', dark: '#1c2229' },
  ink: { light: '#1f2731', dark: '#e4e8ed' },
  faint: { light: '#5b6672', dark: '#98a4b0' },
  rule: { light: '#dfe3e8', dark: '#303944' },
  truth: { light: '#1fae6b', dark: '#35c483' },
  prediction: { light: '#e0562b', dark: '#f2754d' },
  series1: { light: '#1668b8', dark: '#58a6f0' },
  series2: { light: '#d98a00', dark: '#f0b13c' },
  series3: { light: '#0a8f72', dark: '#33bd9c' },
  series4: { light: '#b3478f', dark: '#dd7fbe' },
  series5: { light: '#7a6ad0', dark: '#a899f5' },
  series6: { light: '#8a6d3b', dark: '#c0a36e' },
  series7: { light: '#c23b3b', dark: '#f07f7f' },
  series8: { light: '#4f5b66', dark: '#aab6c2' },
} as const satisfies Record<string, Colour>;

/** Colours of lines and bars, in the order of the series. */
export const seriesColours: readonly string[] = [
  palette.series1,
  palette.series2,
  palette.series3,
  palette.series4,
  palette.series5,
  palette.series6,
  palette.series7,
  palette.series8,
].map(({ light }) => light);

/** CSS that turns the light colours of inline charts under `scope` into their dark ones. */
export function darkRules(scope: string): string {
  return Object.values(palette)
    .map(
      ({ light, dark }) =>
        `${scope} [fill="${light}"]{fill:${dark}}${scope} [stroke="${light}"]{stroke:${dark}}`,
    )
    .join('');
}
