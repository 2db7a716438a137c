/** Where a value was written. */
export interface Origin {
  /** For people: `tagalong.yaml:12`, `TAGALONG_LOG_LEVEL`, `--log-level`, `default`. */
  readonly text: string;
}

/** One value at one place of the configuration, and who set it. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: Origin;
}

/** Takes an object apart into settings: what is no section is a value, an empty section too; null says nothing. */
export function settingsOf(
  value: unknown,
  originAt: (path: readonly string[]) => Origin,
  path: readonly string[] = [],
): Setting[] {
  if (value === null || value === undefined) return [];
  if (isSection(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, child]) => settingsOf(child, originAt, [...path, key]));
  }
  return [{ path, value, origin: originAt(path) }];
}

export function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
