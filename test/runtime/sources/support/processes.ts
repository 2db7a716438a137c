import { readFileSync, readdirSync } from 'node:fs';

/** Ids of this process's ffmpeg children that read `path`. */
export function ffmpegChildren(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isFfmpegChild(pid, path));
}

function isFfmpegChild(pid: number, path: string): boolean {
  try {
    const parent = /^ \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, ''));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return Number(parent?.[1]) === process.pid && command.startsWith('ffmpeg') && command.includes(path);
  } catch {
    return false; // gone meanwhile
  }
}
