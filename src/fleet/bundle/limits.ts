/** What a bundle may be. Whoever reads one stops at the first thing that lies beyond. */
export interface BundleLimits {
  readonly packedBytes: number;
  /** Of the archive, headers and padding included. */
  readonly unpackedBytes: number;
  readonly files: number;
}

export const bundleLimits: BundleLimits = {
  packedBytes: 256 * 1024 ** 2,
  unpackedBytes: 512 * 1024 ** 2,
  files: 64,
};
