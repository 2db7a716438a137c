import { closeSync, openSync, readSync } from 'node:fs';
import { TrainingError } from '../../core/errors.js';

/** Positioned reads over at most `capacity` open files, the least recently used closed first. */
export interface DescriptorCache {
  /** Fills `into` with `bytes` bytes from `position`. @throws TrainingError naming the file when it is short or cannot be read. */
  read(path: string, into: Uint8Array, bytes: number, position: number): void;
  /** Closes all; idempotent. */
  close(): void;
}

export function createDescriptorCache(capacity: number): DescriptorCache {
  // a Map keeps the order of insertion: the first is the least recently used
  const open = new Map<string, number>();
  const descriptorOf = (path: string): number => {
    const known = open.get(path);
    if (known !== undefined) {
      open.delete(path);
      open.set(path, known);
      return known;
    }
    const oldest = open.entries().next();
    if (open.size >= capacity && !oldest.done) {
      closeSync(oldest.value[1]);
      open.delete(oldest.value[0]);
    }
    const descriptor = openSync(path, 'r');
    open.set(path, descriptor);
    return descriptor;
  };
  return {
    read: (path, into, bytes, position) => {
      let done = 0;
      try {
        const descriptor = descriptorOf(path);
        while (done < bytes) {
          const got = readSync(descriptor, into, done, bytes - done, position + done);
          if (got === 0) break;
          done += got;
        }
      } catch (cause) {
        throw new TrainingError(`${path}: cannot be read`, { cause });
      }
      if (done < bytes) {
        throw new TrainingError(`${path}: ends ${bytes - done} bytes short of byte ${position + bytes}`);
      }
    },
    close: () => {
      for (const descriptor of open.values()) closeSync(descriptor);
      open.clear();
    },
  };
}
