import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestFn } from 'ava';
import { hasTool } from '../../../support/tools.js';

/** A folder that is removed when the test file ends. */
export function temporaryFolder(test: TestFn): string {
  const folder = mkdtempSync(join(tmpdir(), 'tagalong-sources-'));
  test.after.always(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export interface VideoOptions {
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly frames?: number;
  /** ffmpeg's output options: codec, pixel format, metadata. */
  readonly output?: readonly string[];
}

/** Renders ffmpeg's test picture into a video; nothing where ffmpeg is missing, for there the tests are skipped. */
export function makeVideo(
  path: string,
  { width = 96, height = 64, fps = 25, frames = 12, output = ['-pix_fmt', 'yuv420p'] }: VideoOptions = {},
): string {
  if (!hasTool('ffmpeg')) return path;
  const input = `testsrc=size=${width}x${height}:rate=${fps}`;
  ffmpeg(['-f', 'lavfi', '-i', input, '-frames:v', String(frames), ...output, path]);
  return path;
}

export function ffmpeg(args: readonly string[]): Buffer {
  return execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args], {
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
