import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sources = new URL('../../../../test/ros/cyclone/', import.meta.url).pathname;

/** Why there can be no peer here; null: there can. */
export async function missingForPeer(): Promise<string | null> {
  if (!(await run('gcc', ['--version']).catch(() => null))) return 'gcc is not installed';
  if (!(await run('idlc', ['-v']).catch(() => null))) return 'idlc (cyclonedds-tools) is not installed';
  return (await exists('/usr/include/dds/dds.h')) ? null : 'cyclonedds-dev is not installed';
}

/** Lets CycloneDDS's IDL compiler make its types, and builds peer.c with them; once for every text of them. */
export async function buildPeer(): Promise<string> {
  const texts = await Promise.all(
    ['peer.c', 'messages.idl'].map((name) => readFile(join(sources, name), 'utf8')),
  );
  const name = createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), 'tagalong-cyclonedds');
  const program = join(folder, name);
  await mkdir(folder, { recursive: true });
  if (await exists(program)) return program;
  const work = await mkdtemp(join(folder, 'build-'));
  await run('idlc', ['-l', 'c', '-o', work, join(sources, 'messages.idl')]);
  const [made, unfinished] = [join(work, 'messages.c'), join(work, 'peer')];
  const flags = ['-std=c11', '-D_GNU_SOURCE', '-O1', `-I${work}`, '-o', unfinished];
  await run('gcc', [...flags, join(sources, 'peer.c'), made, '-lddsc', '-lpthread']);
  await rename(unfinished, program);
  await rm(work, { recursive: true });
  return program;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
