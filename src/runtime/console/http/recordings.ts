import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { RecordedTracks, Recordings } from '../../../core/console/server-messages.js';
import { readSegment } from '../../recording/read-recording.js';
import { listSegments, segmentPath, type SegmentFiles } from '../../recording/segment-files.js';
import { byteRange } from './byte-range.js';
import { refuse, sendJson } from './reply.js';

/** The newest ones; a list of days would be slow to make and to read. */
const mostListed = 200;

const headSchema = z.object({
  startedAt: z.string(),
  source: z.object({ uri: z.string() }),
  model: z.string(),
});

/** Answers what is asked about recordings. @param path behind `/recordings`. @param dir null: nothing is recorded. */
export async function answerRecordings(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  dir: string | null,
): Promise<void> {
  if (path === '') {
    sendJson(response, 200, await listRecordings(dir));
    return;
  }
  const [, digits, part] = /^\/(\d{1,12})\/(video|tracks)$/.exec(path) ?? [];
  if (dir === null || digits === undefined) {
    refuse(response, 404, 'there is no such recording');
    return;
  }
  if (part === 'video') await sendVideo(request, response, segmentPath(dir, Number(digits), 'mp4'));
  else await sendTracks(response, dir, Number(digits));
}

async function listRecordings(dir: string | null): Promise<Recordings> {
  if (dir === null) return { reason: 'nothing is recorded: recording.dir is not set', segments: [] };
  try {
    const newest = (await listSegments(dir)).reverse().slice(0, mostListed);
    const described = await Promise.all(newest.map((files) => describe(dir, files)));
    return { reason: null, segments: described.filter((it) => it !== null) };
  } catch (error) {
    return { reason: `recordings cannot be read: ${(error as Error).message}`, segments: [] };
  }
}

/** Null when its first line is not whole yet. */
async function describe(
  dir: string,
  { number, bytes }: SegmentFiles,
): Promise<Recordings['segments'][number] | null> {
  try {
    const lines = segmentPath(dir, number, 'jsonl');
    await using handle = await open(lines);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(4096) });
    const [first = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1);
    const head = headSchema.parse(JSON.parse(first));
    const { mtimeMs } = await handle.stat();
    const hasVideo = await stat(segmentPath(dir, number, 'mp4')).then(
      () => true,
      () => false,
    );
    const seconds = Math.max(0, (mtimeMs - Date.parse(head.startedAt)) / 1000);
    const { startedAt, model, source } = head;
    return { number, startedAt, seconds, bytes, source: source.uri, model, hasVideo };
  } catch {
    return null; // being written, being removed
  }
}

async function sendTracks(response: ServerResponse, dir: string, number: number): Promise<void> {
  const segment = await readSegment(dir, number);
  if (!segment) {
    refuse(response, 404, 'there is no such recording');
    return;
  }
  const { head, frames, tracks } = segment;
  const said = new Map(tracks.map((track) => [track.sequence, track]));
  const startNs = frames[0]?.capturedAtNs ?? 0n;
  const { width, height } = head.source;
  const message: RecordedTracks = {
    ...{ width, height },
    frames: frames.map(({ sequence, capturedAtNs }) => {
      const track = said.get(sequence);
      return {
        at: Number(capturedAtNs - startNs) / 1e9,
        state: track?.state ?? null,
        box: track?.box ?? null,
        confidence: track?.confidence ?? 0,
      };
    }),
  };
  sendJson(response, 200, message);
}

async function sendVideo(request: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (!found) {
    refuse(response, 404, 'there is no such recording');
    return;
  }
  const range = byteRange(request.headers.range, found.size);
  const headers = { 'content-type': 'video/mp4', 'accept-ranges': 'bytes', 'cache-control': 'no-store' };
  if (range === null || found.size === 0) {
    refuse(response, 416, 'not so long', { 'content-range': `bytes */${found.size}` });
    return;
  }
  const { start, end } = range ?? { start: 0, end: found.size - 1 };
  response.writeHead(range ? 206 : 200, {
    ...headers,
    'content-length': end - start + 1,
    ...(range && { 'content-range': `bytes ${start}-${end}/${found.size}` }),
  });
  if (request.method === 'HEAD') response.end();
  // a page that goes away in the middle, a segment that is removed: the connection ends, and that is all
  else await pipeline(createReadStream(file, { start, end }), response).catch(() => undefined);
}
