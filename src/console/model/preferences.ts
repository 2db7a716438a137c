import { effect, signal, type Signal } from '@preact/signals';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** What this browser remembers of its person. */
export interface Preferences {
  readonly theme: Signal<Theme>;
  /** Show what looks like the target and is not it. */
  readonly lookAlikes: Signal<boolean>;
}

export function loadPreferences(storage: Storage, root: HTMLElement): Preferences {
  const theme = signal<Theme>(themes.find((it) => it === storage.getItem('theme')) ?? 'auto');
  const lookAlikes = signal(storage.getItem('look-alikes') === 'true');
  effect(() => {
    storage.setItem('theme', theme.value);
    if (theme.value === 'auto') delete root.dataset['theme'];
    else root.dataset['theme'] = theme.value;
  });
  effect(() => {
    storage.setItem('look-alikes', String(lookAlikes.value));
  });
  return { theme, lookAlikes };
}
