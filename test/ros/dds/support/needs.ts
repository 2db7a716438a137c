import { loadDds, type DdsLibrary } from '../../../../src/ros/dds/library.js';

/** Null where CycloneDDS is not installed. */
export function installedDds(): DdsLibrary | null {
  try {
    return loadDds();
  } catch {
    return null;
  }
}

/** A domain that others on this machine hardly use, and no two test processes share. */
export function ownDomain(): number {
  return 100 + (process.pid % 100);
}
