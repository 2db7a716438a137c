import type { FrameSource } from '../../core/ports/frame-source.js';
import type { Config } from '../../runtime/config/schema.js';
import { defaultHistory } from '../../runtime/live/frame-history.js';
import { openSource, type OpenSourceOptions } from '../../runtime/sources/open-source.js';
import { parseSize } from '../../runtime/sources/source-options.js';
import { parseSourceUri } from '../../runtime/sources/source-uri.js';
import { openPatiently, type PatientOptions } from './open-patiently.js';

/**
 * Opens the source that is configured; waits for a camera that may come.
 * @throws SourceError; the signal's reason.
 */
export async function openConfiguredSource(
  options: Config['source'],
  { openRos, ...patience }: PatientOptions & Pick<OpenSourceOptions, 'openRos'>,
): Promise<FrameSource> {
  const { log, signal } = patience;
  const uri = inRealTime(options.uri);
  const open = (): Promise<FrameSource> =>
    openSource(uri, {
      ...sourceOptions(options),
      ...{ hold: defaultHistory, encoded: true, signal },
      ...(openRos && { openRos }),
    });
  const isPatient = options.reconnect && isWaitable(uri);
  const source = isPatient ? await openPatiently(open, patience) : await open();
  const { uri: shown, width, height, format, fps, detail } = source.describe();
  log.info({ uri: shown, width, height, format, fps, detail }, 'source open');
  return source;
}

/** Sources that may go away and come back. */
const waitable = ['v4l2', 'csi', 'rtsp', 'ros'];

export function isWaitable(uri: string): boolean {
  return waitable.includes(parseSourceUri(uri).scheme);
}

/** What is to be asked of the source that a configuration names. */
export function sourceOptions({ uri, size, fps, format, reconnect }: Config['source']): OpenSourceOptions {
  return {
    ...(size !== undefined && { size: parseSize(size, 'source.size') }),
    ...(fps !== undefined && { fps }),
    ...(format !== undefined && { format }),
    ...(reconnect && isWaitable(uri) && { reconnect }),
  };
}

/** A simulation that is watched runs at the pace of its clock, unless its URI says otherwise. */
export function inRealTime(uri: string): string {
  if (!uri.startsWith('sim:') || /[?&]realtime=/.test(uri)) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}realtime=true`;
}
