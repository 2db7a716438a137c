import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why there can be no peer here; null: there can. */
export async function missingForPeer(): Promise<string | null> {
  if (!(await run('g++', ['--version']).catch(() => null))) return 'g++ is not installed';
  const header = '/usr/include/fastdds/dds/domain/DomainParticipant.hpp';
  const found = await access(header).then(
    () => true,
    () => false,
  );
  return found ? null : 'Fast DDS (libfastrtps-dev, libfastcdr-dev) is not installed';
}

/** Builds peer.cpp, once for every text of it. @returns the program */
export async function buildPeer(): Promise<string> {
  const source = new URL('../../../../test/ros/fastdds/peer.cpp', import.meta.url).pathname;
  const name = createHash('sha256')
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 16);
  const folder = join(tmpdir(), 'tagalong-fastdds');
  const program = join(folder, name);
  await mkdir(folder, { recursive: true });
  const built = await access(program).then(
    () => true,
    () => false,
  );
  if (built) return program;
  const unfinished = `${program}.${process.pid}`;
  await run('g++', ['-std=c++17', '-O1', source, '-o', unfinished, '-lfastrtps', '-lfastcdr', '-lpthread']);
  await rename(unfinished, program);
  return program;
}
