import { UsageError } from '../../core/errors.js';
import { isTopic } from '../../core/ros/options.js';

/** Where frames come from, after jetson-utils' scheme. */
export interface SourceUri {
  readonly scheme: 'file' | 'v4l2' | 'csi' | 'rtsp' | 'ros' | 'sim';
  /** file: path; v4l2: device path; csi: camera number or name; rtsp: the whole URL with its secrets; ros: topic; sim: empty. */
  readonly target: string;
  /** Options written into the URI. */
  readonly query: URLSearchParams;
  /** For people: without user, password and (rtsp) query. */
  readonly display: string;
}

/** Examples of every scheme, as shown in messages and help. */
export const sourceSchemes = [
  'v4l2:///dev/video0',
  'file://video.mp4 (or a bare path to a video or a folder of images)',
  'rtsp://host/path',
  'csi://0',
  'ros:///camera/image_raw',
  'sim://?seed=1',
] as const;

/**
 * Takes a source apart; touches no device and no file.
 *
 * A bare path is a file, taken literally (it may hold a `?`), except `/dev/videoN`, a camera. In `rtsp://` the query
 * belongs to the camera; only our `transport` and `reconnect` are taken out of it.
 * @throws UsageError for an empty text, an unknown scheme or a missing part, quoting the text without its secrets.
 */
export function parseSourceUri(text: string): SourceUri {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return parseBarePath(text);
  switch (scheme.toLowerCase()) {
    case 'file':
      return parsePath('file', rest.replace(/^localhost(?=\/)/, ''), text);
    case 'v4l2':
      return parsePath('v4l2', rest, text);
    case 'csi':
      return parsePath('csi', rest, text);
    case 'rtsp':
    case 'rtsps':
      return parseRtsp(text, rest);
    case 'ros':
      return parseRos(text, rest);
    case 'sim':
      return parseSim(text, rest);
    default:
      throw new UsageError(
        `source "${withoutSecrets(text)}": unknown scheme "${scheme}"; known are ${sourceSchemes.join(', ')}`,
      );
  }
}

/** Removes `user:password@` from every URL in a text (the userinfo reaches to the last `@` before the path). */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/(\w:\/\/)[^\s/]*@/g, '$1');
}

function parseBarePath(text: string): SourceUri {
  if (text === '') throw new UsageError(`source "": empty; known are ${sourceSchemes.join(', ')}`);
  const scheme = /^\/dev\/(video\d+|v4l\/.+)$/.test(text) ? 'v4l2' : 'file';
  return { scheme, target: text, query: new URLSearchParams(), display: text };
}

function parsePath(scheme: 'file' | 'v4l2' | 'csi', rest: string, text: string): SourceUri {
  const [path, query] = splitQuery(rest);
  const target = decode(path);
  if (target === '')
    throw new UsageError(`source "${text}": ${scheme}:// needs ${scheme === 'csi' ? 'a camera' : 'a path'}`);
  return { scheme, target, query, display: `${scheme}://${path}` };
}

function parseRtsp(text: string, rest: string): SourceUri {
  const [path, cameraQuery] = splitQuery(rest);
  const display = withoutSecrets(`rtsp://${path}`);
  if (/^([^/]*@)?(\/|$)/.test(path)) throw new UsageError(`source "${display}": rtsp:// needs a host`);
  const query = new URLSearchParams();
  for (const key of ['transport', 'reconnect']) {
    const value = cameraQuery.get(key);
    if (value !== null) query.set(key, value);
  }
  // what is not ours stays in the URL as it was written: cameras are picky about escapes
  const kept = text.includes('?')
    ? text
        .slice(text.indexOf('?') + 1)
        .split('&')
        .filter((part) => part !== '' && !/^(transport|reconnect)(=|$)/.test(part))
    : [];
  const url = text.replace(/\?.*$/s, '');
  return { scheme: 'rtsp', target: kept.length > 0 ? `${url}?${kept.join('&')}` : url, query, display };
}

function parseRos(text: string, rest: string): SourceUri {
  const [target, query] = splitQuery(rest);
  if (isTopic(target)) return { scheme: 'ros', target, query, display: `ros://${target}` };
  throw new UsageError(`source "${text}": ros:// needs a topic, as in ros:///camera/image_raw`);
}

function parseSim(text: string, rest: string): SourceUri {
  const [path, query] = splitQuery(rest);
  if (path !== '' && path !== '/') {
    throw new UsageError(`source "${text}": sim:// has no path, only options, as in sim://?seed=1`);
  }
  return { scheme: 'sim', target: '', query, display: text };
}

function splitQuery(rest: string): [path: string, query: URLSearchParams] {
  const mark = rest.indexOf('?');
  if (mark < 0) return [rest, new URLSearchParams()];
  return [rest.slice(0, mark), new URLSearchParams(rest.slice(mark + 1))];
}

/** Percent escapes are undone where they are valid; a path with a lone `%` is taken literally. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
