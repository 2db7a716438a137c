/**
 * Names below the prefixes (none: all), not deeper than `depth` parts (0: however deep), and the prefixes they stand under, as
 * ROS's own nodes list them.
 */
export function listParameters(
  names: readonly string[],
  prefixes: readonly string[],
  depth: number,
): { readonly names: string[]; readonly prefixes: string[] } {
  const shallow = (rest: string): boolean => depth === 0 || rest.split('.').length <= depth;
  const wanted = (name: string): boolean =>
    prefixes.length === 0
      ? shallow(name)
      : prefixes.some(
          (prefix) =>
            name === prefix || (name.startsWith(`${prefix}.`) && shallow(name.slice(prefix.length + 1))),
        );
  const listed = names.filter(wanted);
  const above = listed.filter((name) => name.includes('.')).map((name) => name.replace(/\.[^.]*$/, ''));
  return { names: listed, prefixes: [...new Set(above)] };
}
