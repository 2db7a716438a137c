import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CameraAnswer, CameraTask } from './camera-task.js';

const source = fileURLToPath(new URL('../../../../test/support/fakev4l2/fakev4l2.c', import.meta.url));
const program = fileURLToPath(new URL('camera-program.js', import.meta.url));

/** Null when this machine has no C compiler. */
export function buildFakeCamera(folder: string): string | null {
  const library = join(folder, 'fakev4l2.so');
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const warnings = ['-std=gnu11', '-Wall', '-Wextra', '-Werror'];
  execFileSync('cc', [...warnings, '-O1', '-shared', '-fPIC', '-pthread', '-o', library, source]);
  return library;
}

/** Settings of fakev4l2.c without their prefix, as `{ UNPLUG: 5 }`. */
export type CameraSettings = Readonly<Record<string, string | number>>;

/** Runs the camera program against the pretended camera. */
export async function runCamera(
  library: string,
  task: CameraTask,
  settings: CameraSettings = {},
): Promise<CameraAnswer> {
  const named = Object.entries(settings).map(([name, value]) => [`FAKEV4L2_${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--enable-source-maps', program, JSON.stringify(task)],
    {
      env: { ...process.env, ...Object.fromEntries(named), LD_PRELOAD: library } as NodeJS.ProcessEnv,
      timeout: 120_000,
    },
  );
  return JSON.parse(stdout) as CameraAnswer;
}
