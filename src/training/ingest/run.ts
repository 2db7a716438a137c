import { availableParallelism } from 'node:os';
import { silentProgress } from '../progress/progress.js';
import { digestOf } from '../stage/manifest.js';
import type { StoredClip } from '../store/clip.js';
import { decodeImage } from './decode-image.js';
import { decodeVideo } from './decode-video.js';
import type { MediaFile } from './find-media.js';
import type { FrameOptions, IngestOptions } from './ingest-options.js';
import { bytesOf, createLedger, type Ledger } from './ledger.js';
import { createProposalPool, type ProposalPool } from './proposals/proposal-pool.js';
import { proposalsVersion } from './proposals/propose.js';
import { findSourceRecord, hasProposals, writeSourceRecord } from './source-record.js';

/** One run over all sources: decoding here, proposals in the pool, a bounded number of sources in flight. */
export interface Run {
  readonly ledger: Ledger;
  /** Returns early, with what is in flight finished, when the signal is aborted. */
  takeAll(sources: readonly MediaFile[]): Promise<void>;
}

export function createRun(options: IngestOptions, frameOptions: FrameOptions): Run {
  const { out, signal, threads = availableParallelism(), maxBytes = Infinity } = options;
  const { proposalsPerFrame, ...shaping } = frameOptions;
  const digests = {
    frameOptions: digestOf(shaping),
    proposalOptions: digestOf({ proposalsPerFrame, proposalsVersion }),
  };
  const ledger = createLedger(options.progress ?? silentProgress());

  const takeAll = async (sources: readonly MediaFile[]): Promise<void> => {
    await using pool = createProposalPool(out, proposalsPerFrame, threads);
    const inFlight = new Set<Promise<void>>();
    for (const media of sources) {
      if (signal?.aborted) break;
      const begun = await begin(media);
      if (!begun) continue;
      const finishing: Promise<void> = finish(media, begun, pool).finally(() => inFlight.delete(finishing));
      inFlight.add(finishing);
      // one more than the pool works on, so that it never waits for the decoder
      if (inFlight.size > pool.width) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
  };

  /** Sees to it that the source's frames are in the store; null when nothing is left to be done for it. */
  const begin = async (media: MediaFile): Promise<Begun | null> => {
    const room = maxBytes - ledger.bytes;
    const record = await findSourceRecord(out, media, digests.frameOptions);
    if (record) {
      if (bytesOf(record.clips) > room) {
        ledger.leaveOut(media);
        return null;
      }
      ledger.reserve(record.clips);
      if (!(await hasProposals(out, record, digests.proposalOptions))) return record;
      ledger.keep(media, record, true);
      return null;
    }
    try {
      const decode = media.kind === 'video' ? decodeVideo : decodeImage;
      const decoded = await decode(media, { ...options, ...frameOptions }, room);
      if (decoded) ledger.reserve(decoded.clips);
      else ledger.leaveOut(media);
      return decoded;
    } catch (fault) {
      if (!signal?.aborted) ledger.fail(media, fault);
      return null;
    }
  };

  const finish = async (media: MediaFile, { clips, damage }: Begun, pool: ProposalPool): Promise<void> => {
    try {
      const counts = await Promise.all(clips.map((clip) => pool.compute(clip)));
      const proposals = counts.reduce((sum, count) => sum + count, 0);
      const record = await writeSourceRecord(out, media, {
        ...digests,
        damage,
        clips: [...clips],
        proposals,
      });
      ledger.keep(media, record, false);
    } catch (fault) {
      ledger.fail(media, fault, clips);
    }
  };

  return { ledger, takeAll };
}

/** Frames are in the store, proposals are not yet. */
interface Begun {
  readonly clips: readonly StoredClip[];
  readonly damage: string | null;
}
