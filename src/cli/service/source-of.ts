import type { Config } from '../../runtime/config/schema.js';
import type { OpenSourceOptions } from '../../runtime/sources/open-source.js';
import { parseSize } from '../../runtime/sources/source-options.js';
import { parseSourceUri } from '../../runtime/sources/source-uri.js';

/** Sources that may go away and come back. */
const waitable = ['v4l2', 'csi', 'rtsp'];

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
