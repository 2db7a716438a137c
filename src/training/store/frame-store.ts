import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TrainingError } from '../../core/errors.js';
import { type Frame, frameBytes, packedFrame } from '../../core/image/frame.js';
import { type StoredClip, storeFiles, storeIndexSchema } from './clip.js';
import { createDescriptorCache } from './descriptor-cache.js';
import { type ClipProposals, proposalsFromJson } from './proposals-file.js';

/**
 * Decoded frames and their proposals on disk. Reading is synchronous and cheap: a worker opens the store itself and
 * reads hundreds of frames a second. Nothing is written through it.
 */
export interface FrameStore extends AsyncDisposable {
  readonly dir: string;
  readonly clips: readonly StoredClip[];
  /** Bytes of one frame of the clip: the size of the buffer `readFrame` fills. */
  frameBytes(clip: StoredClip): number;
  /**
   * Reads one frame (yuv420p, tightly packed) into `into`, or a new buffer; the frame views it and is valid until the buffer is used again.
   * `sequence` is the index. @throws RangeError for an index outside the clip, TrainingError when the file is short or gone.
   */
  readFrame(clip: StoredClip, index: number, into?: Uint8Array): Frame;
  /** Boxes that may hold objects, one list a frame, best first; parsed once. @throws TrainingError when corrupt. */
  proposals(clip: StoredClip): ClipProposals;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Opens a finished store. @throws TrainingError when the index is missing or corrupt: ingest has not finished there. */
export async function openFrameStore(dir: string): Promise<FrameStore> {
  const { clips } = await readIndex(dir);
  const descriptors = createDescriptorCache(64);
  const parsed = new Map<string, ClipProposals>();

  const readFrame = (clip: StoredClip, index: number, into?: Uint8Array): Frame => {
    if (!Number.isInteger(index) || index < 0 || index >= clip.frames) {
      throw new RangeError(`clip ${clip.name} has frames 0..${clip.frames - 1}, asked for ${index}`);
    }
    const bytes = frameBytes('yuv420p', clip);
    const buffer = into ?? new Uint8Array(bytes);
    if (buffer.length < bytes)
      throw new RangeError(`a frame of ${clip.name} needs ${bytes} bytes, got ${buffer.length}`);
    const path = join(dir, storeFiles.frames(clip.name));
    descriptors.read(path, buffer, bytes, index * bytes);
    return packedFrame('yuv420p', clip, buffer, { fullRange: clip.fullRange, sequence: index });
  };

  const proposals = (clip: StoredClip): ClipProposals => {
    const known = parsed.get(clip.name);
    if (known) return known;
    const fresh = readProposals(join(dir, storeFiles.proposals(clip.name)), clip);
    parsed.set(clip.name, fresh);
    return fresh;
  };

  const close = (): Promise<void> => {
    descriptors.close();
    parsed.clear();
    return Promise.resolve();
  };
  return {
    dir,
    clips,
    frameBytes: (clip) => frameBytes('yuv420p', clip),
    readFrame,
    proposals,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function readIndex(dir: string) {
  const path = join(dir, storeFiles.index);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new TrainingError(`${path}: no frame store here (ingest has not finished)`, { cause });
  }
  try {
    return storeIndexSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TrainingError(`${path}: ${firstIssue(cause)}`, { cause });
  }
}

function readProposals(path: string, clip: StoredClip): ClipProposals {
  try {
    const lists = proposalsFromJson(JSON.parse(readFileSync(path, 'utf8')));
    if (lists.length !== clip.frames) throw new Error(`${lists.length} lists for ${clip.frames} frames`);
    return lists;
  } catch (cause) {
    throw new TrainingError(`${path}: ${firstIssue(cause)}`, { cause });
  }
}

function firstIssue(cause: unknown): string {
  if (cause instanceof z.ZodError) {
    const issue = cause.issues[0];
    return issue ? `${issue.path.join('.')}: ${issue.message}` : cause.message;
  }
  return cause instanceof Error ? cause.message : String(cause);
}
