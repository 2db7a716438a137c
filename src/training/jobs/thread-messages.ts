import type { PlainError } from './plain-error.js';

/** To a thread. One run at a time. */
export type ToThread = { readonly kind: 'run'; readonly input: unknown } | { readonly kind: 'abort' };

/** From a thread: for every run any number of `progress`, then `done` or `failed`. */
export type FromThread =
  | { readonly kind: 'progress'; readonly progress: unknown }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: PlainError };
