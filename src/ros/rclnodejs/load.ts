import { createRequire } from 'node:module';
import type * as Rclnodejs from 'rclnodejs';
import { UsageError } from '../../core/errors.js';
import type { RclInstallation } from './installation.js';

/** What rclnodejs exports: under `default`, whatever its types say. */
export type Rcl = typeof Rclnodejs;

export interface RclImport {
  /** Loads a native addon. */
  readonly loadBinary?: (path: string) => unknown;
  readonly importModule?: (name: string) => Promise<unknown>;
}

/** @throws UsageError when the ROS libraries it needs cannot be loaded. */
export async function loadRclnodejs(
  { binary, version, distro }: RclInstallation,
  { loadBinary = createRequire(import.meta.url), importModule = (name) => import(name) }: RclImport = {},
): Promise<Rcl> {
  try {
    loadBinary(binary); // fails here with the reason; inside rclnodejs it would start to compile
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `rclnodejs ${version}: its binary for ROS ${distro} cannot be loaded (${reason}): source the setup.bash of this ROS`,
      { cause },
    );
  }
  const { default: rcl } = (await importModule('rclnodejs')) as { readonly default: Rcl };
  rcl.removeSignalHandlers(); // it would end its nodes on SIGINT, before ours have said goodbye
  return rcl;
}
