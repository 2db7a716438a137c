import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestFn } from 'ava';
import sharp from 'sharp';
import { frameBytes, packedFrame, type Frame, type PixelFormat } from '../../../../src/core/image/frame.js';
import { shareFrame } from '../../../../src/core/image/shared-frame.js';
import type { Log } from '../../../../src/core/ports/log.js';
import type { Recorder, RecorderOptions } from '../../../../src/runtime/recording/recorder.js';
import { trackingTrack } from '../../../support/tracks.js';

const size = { width: 64, height: 48 };

export function recordingFolder(test: TestFn): string {
  const folder = mkdtempSync(join(tmpdir(), 'tagalong-recording-'));
  test.after.always(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

export function keepLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine['level']) =>
    (fields: object, message: string): void => {
      lines.push({ level, fields, message });
    };
  return { lines, log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

export function recorderOptions(dir: string, overrides: Partial<RecorderOptions> = {}): RecorderOptions {
  return {
    dir,
    budgetBytes: 50e6,
    keepFreeBytes: 0,
    segmentSeconds: 3600,
    encoder: 'libx264',
    closeLimitMs: 60_000,
    source: { uri: 'sim://', ...size, format: 'gray8', fps: 30, live: true, detail: 'pretended' },
    model: 'nano',
    log: keepLog().log,
    ...overrides,
  };
}

/** A picture of one grey, which depends on its number, so that the order shows. */
export function greyOf(sequence: number): number {
  return 16 + ((sequence * 7) % 200);
}

function paintedFrame(sequence: number, format: PixelFormat, dispose: () => void): Frame {
  const data = new Uint8Array(frameBytes(format, size)).fill(greyOf(sequence));
  const capturedAtNs = BigInt(sequence) * 33_333_333n;
  return packedFrame(format, size, data, { sequence, capturedAtNs, dispose });
}

/** Shows frames to the recorder, each with its track, waiting until each has been read or is known to be lost. */
export async function show(
  recorder: Recorder,
  count: number,
  { first = 0, format = 'gray8' }: { readonly first?: number; readonly format?: PixelFormat } = {},
): Promise<void> {
  for (let sequence = first; sequence < first + count; sequence += 1) {
    await new Promise<void>((read) => {
      const frame = shareFrame(paintedFrame(sequence, format, read));
      recorder.see(frame);
      frame.dispose();
    });
    recorder.publish(trackingTrack(sequence));
  }
}

/** The same picture, compressed as a camera does. */
export function jpegOf(sequence: number): Promise<Buffer> {
  const grey = greyOf(sequence);
  return sharp({ create: { ...size, channels: 3, background: { r: grey, g: grey, b: grey } } })
    .jpeg()
    .toBuffer();
}

export async function showJpeg(recorder: Recorder, sequence: number, data: Uint8Array): Promise<void> {
  await new Promise<void>((dispose) => {
    const frame = shareFrame({
      ...size,
      ...{ format: 'rgb24', planes: [], encoded: { codec: 'jpeg', data } },
      ...{ sequence, capturedAtNs: BigInt(sequence) * 33_333_333n, dispose },
    });
    recorder.see(frame);
    frame.dispose();
  });
}

/** Mean grey level of every picture of a video. */
export function levels(video: string): number[] {
  const args = ['-v', 'error', '-i', video, '-vf', 'scale=1:1:flags=area', '-fps_mode', 'passthrough'];
  return [...execFileSync('ffmpeg', [...args, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'])];
}

/** Waits for something to become true; the test's own limit ends it otherwise. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}

/** Ids of this process's own children with this program. */
export function childrenNamed(program: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return name === program && Number(rest?.split(' ')[1]) === process.pid;
      } catch {
        return false; // gone meanwhile
      }
    });
}
