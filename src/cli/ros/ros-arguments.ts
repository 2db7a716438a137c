import { parse } from 'yaml';
import { UsageError } from '../../core/errors.js';
import type { Setting } from '../../runtime/config/setting.js';
import { readParamsFile } from './params-file.js';

export interface RosSettings {
  /** Said on the command line. */
  readonly settings: readonly Setting[];
  /** What the node alone has where nothing is said. */
  readonly defaults: readonly Setting[];
}

/**
 * The arguments of `tagalong ros` as settings: a source, then `--ros-args` with what every ROS node understands: `-r` (`__ns`,
 * `__node`, names of topics and services), `-p` and `--params-file` (settings of the section `ros`), `--log-level`.
 * @throws UsageError quoting what is not understood.
 */
export function rosSettings(args: readonly string[]): RosSettings {
  const begin = args.indexOf('--ros-args');
  const own = begin < 0 ? args : args.slice(0, begin);
  const [source, ...more] = own;
  const unknown = own.find((it) => it.startsWith('-')) ?? more[0];
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}": not understood; ROS's own arguments follow --ros-args`);
  const said = begin < 0 ? [] : readRosArguments(args.slice(begin + 1));
  return {
    settings: source === undefined ? said : [setting(['source', 'uri'], source, 'source'), ...said],
    defaults: [
      setting(['source', 'uri'], 'ros:///camera/image_raw', 'default'),
      setting(['ros'], {}, 'default'),
      setting(['http', 'enabled'], false, 'default'),
    ],
  };
}

function readRosArguments(args: readonly string[]): Setting[] {
  const settings: Setting[] = [];
  const remap: string[] = [];
  for (let i = 0; i < args.length && args[i] !== '--'; i += 2) {
    const [flag, value] = [args[i]!, args[i + 1]];
    if (value === undefined) throw new UsageError(`--ros-args ${flag}: needs a value`);
    if (flag === '--log-level') {
      settings.push(setting(['log', 'level'], value.toLowerCase(), `--ros-args ${flag}`));
      continue;
    }
    if (flag === '--params-file') {
      const origin = `--ros-args ${flag} ${value}`;
      for (const it of readParamsFile(value, wholeName(args))) {
        settings.push(setting(['ros', ...it.path], it.value, origin));
      }
      continue;
    }
    const [from, to, ...rest] = value.split(':=');
    if (from === undefined || to === undefined || rest.length > 0) {
      throw new UsageError(`--ros-args ${flag} "${value}": must be NAME:=VALUE`);
    }
    if (flag === '-r' || flag === '--remap') {
      const special = specials[from];
      if (special === undefined) remap.push(value);
      else settings.push(setting(['ros', special], to, `--ros-args ${flag} ${from}`));
    } else if (flag === '-p' || flag === '--param') {
      settings.push(setting(['ros', ...from.split('.')], valueOf(to), `--ros-args ${flag} ${from}`));
    } else {
      throw new UsageError(
        `--ros-args ${flag}: not understood; known are -r, -p, --params-file and --log-level`,
      );
    }
  }
  return remap.length > 0 ? [...settings, setting(['ros', 'remap'], remap, '--ros-args -r')] : settings;
}

/** What the node is called, with its namespace, by which a params file knows it. */
function wholeName(args: readonly string[]): string {
  const last = (rule: RegExp): string | undefined => args.findLast((it) => rule.test(it))?.split(':=')[1];
  const namespace = last(/^__ns:=/) ?? '/';
  return `${namespace === '/' ? '' : namespace}/${last(/^__(node|name):=/) ?? 'tagalong'}`;
}

/** The remapping rules that name the node itself. */
const specials: Readonly<Record<string, string>> = {
  __ns: 'namespace',
  __node: 'name',
  __name: 'name',
};

function setting(path: readonly string[], value: unknown, text: string): Setting {
  return { path, value, origin: { text } };
}

/** As ROS has it: numbers, truth values and lists as YAML reads them. */
function valueOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}
