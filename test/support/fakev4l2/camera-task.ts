import type { SourceDescription, SourceStatistics } from '../../../src/core/ports/frame-source.js';
import type { OpenSourceOptions } from '../../../src/runtime/sources/open-source.js';
import type { ContractResult } from './run-contract.js';

/** What the camera program is to do. */
export interface CameraTask {
  /**
   * Read frames; hold as many as allowed while reading on; open while already open; use a frame after its source; open and
   * close many times; run the contract.
   */
  readonly kind: 'read' | 'hold' | 'second' | 'late' | 'leak' | 'contract';
  readonly uri: string;
  readonly options?: Omit<OpenSourceOptions, 'signal'>;
  /** Frames to read, or rounds to open and close. */
  readonly limit?: number;
  /** Between two frames, as a slow consumer. */
  readonly pauseMs?: number;
  readonly abortAfterMs?: number;
  readonly stallMs?: number;
  /** Written after so many frames, one after the other: a driver's switches under /sys. */
  readonly after?: {
    readonly frames: number;
    readonly writes: readonly { readonly path: string; readonly value: string; readonly waitMs: number }[];
  };
}

export interface SeenPicture {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly sequence: number;
  readonly capturedAtNs: string;
  /** Against CLOCK_MONOTONIC when it was received. */
  readonly ageNs: number;
  readonly strides: readonly number[];
  readonly lengths: readonly number[];
  readonly fullRange: boolean;
  readonly firstByte: number;
  /** Of every third byte of the first plane, from 0, 1 and 2 on: R, G and B of an RGB picture. */
  readonly mean: readonly number[];
  /** Bytes of a picture that is still compressed. */
  readonly encodedBytes: number;
  /** The pixels lie in a SharedArrayBuffer. */
  readonly shared: boolean;
  /** The bytes are one whole picture of fakev4l2. */
  readonly consistent: boolean;
}

interface Resources {
  readonly descriptors: number;
  readonly rss: number;
}

export interface CameraAnswer {
  readonly pictures?: readonly SeenPicture[];
  readonly description?: SourceDescription;
  readonly statistics?: SourceStatistics;
  readonly error?: { readonly name: string; readonly message: string };
  /** Frames held at once, and those of them that still showed the same picture when they were let go. */
  readonly held?: { readonly frames: number; readonly intact: number };
  readonly late?: { readonly whileHeld: boolean; readonly planesAfterDispose: number };
  readonly before?: Resources;
  readonly after?: Resources;
  readonly contract?: readonly ContractResult[];
}
