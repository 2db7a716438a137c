import { UsageError } from '../../core/errors.js';
import type { Box } from '../../core/geometry/box.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import { parseSourceUri } from '../../runtime/sources/source-uri.js';
import { SimSource } from '../../runtime/sources/sim-source.js';
import type { FollowOptions } from './options.js';

type SelectionOptions = Pick<FollowOptions, 'box' | 'control'> & { readonly source: string };

/** Called before anything is opened. @throws UsageError when nothing says what to follow, or the source cannot be. */
export function requireSelection({ source, box, control }: SelectionOptions): void {
  const { scheme, display } = parseSourceUri(source);
  if (box !== undefined || control !== undefined || scheme === 'sim') return;
  throw new UsageError(
    `--box: say what to follow in "${display}": --box x,y,width,height, or --control stdin and a select command`,
  );
}

/** The box that was asked for; the simulation's own target; else null, waiting for a command. */
export function initialSelection(source: FrameSource, { box, control }: SelectionOptions): Box | null {
  if (box) return box;
  if (control === undefined && source instanceof SimSource) return source.initialBox();
  return null;
}
