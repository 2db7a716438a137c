import { UsageError } from '../../core/errors.js';
import { occlusionKinds } from './occlusion-case.js';
import { defaultDisturbances, type Disturbance } from './plan.js';

/** Levels of a kind that is named without one. */
function usualLevels(kind: string): number[] {
  const like = kind === 'lookalike' ? 'cut' : kind;
  return defaultDisturbances.filter((one) => one.kind === like).map(({ level }) => level);
}

/**
 * Reads `patch:30,cut,jump:0.2`: kinds with a level, or with their usual ones. @throws UsageError quoting `option` and the part that cannot be.
 */
export function parseDisturbances(text: string, option: string): Disturbance[] {
  const parsed = text.split(',').flatMap((part) => {
    const [name, levelText, ...rest] = part.trim().split(':');
    const problem = (what: string): UsageError => new UsageError(`${option} "${part}": ${what}`);
    const kind = occlusionKinds.find((known) => known === name);
    if (kind === undefined || rest.length > 0) {
      throw problem(`must be one of ${occlusionKinds.join(', ')}, or one with a level such as patch:30`);
    }
    if (levelText === undefined) return usualLevels(kind).map((level) => ({ kind, level }));
    const level = /^\d+(\.\d+)?$/.test(levelText) ? Number(levelText) : Number.NaN;
    if (kind === 'jump' && !(level > 0 && level <= 0.3)) {
      throw problem('a jump is a share of the frame above 0, at most 0.3');
    }
    if (kind !== 'jump' && !(Number.isInteger(level) && level >= 1 && level <= 1000)) {
      throw problem('the level is a whole number of frames, 1 to 1000');
    }
    return [{ kind, level }];
  });
  return parsed.filter(
    (one, index) => index === parsed.findIndex(({ kind, level }) => kind === one.kind && level === one.level),
  );
}
