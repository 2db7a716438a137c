import { createHash } from 'node:crypto';
import { silentLog } from '../../../../src/core/ports/log.js';
import type { FileSystem } from '../../../../src/fleet/agent/disk/file-system.js';
import { Installer, type Candidate } from '../../../../src/fleet/agent/install/installer.js';
import { SlotStore } from '../../../../src/fleet/agent/slots/slot-store.js';
import { StateFile } from '../../../../src/fleet/agent/state/state-file.js';

/** A small model with a folder in it; each version differs in every file. */
export function candidate(version: string, bytes = 300): Candidate {
  const files = ['contract.json', 'search.onnx', 'template.onnx', 'licences/LICENSE'];
  const sha256 = createHash('sha256').update(version).digest('hex');
  return {
    model: { sha256, name: 'nano', version, release: 1 },
    async fill(writer) {
      for (const [index, path] of files.entries()) {
        const piece = new TextEncoder().encode(`${version} ${path}\n`.repeat(bytes / 10 + index));
        await writer.write(path, [piece.slice(0, 7), piece.slice(7)]);
      }
    },
  };
}

export const factory = candidate('factory');

export interface Device {
  readonly disk: FileSystem;
  readonly slots: SlotStore;
  readonly state: StateFile;
  readonly installer: Installer;
}

/** An agent's disk part, as after a start. */
export async function startDevice(
  disk: FileSystem,
  { prove = () => Promise.resolve(), root = '' }: { prove?: () => Promise<void>; root?: string } = {},
): Promise<Device> {
  const slots = new SlotStore(disk, `${root}/models`);
  const state = await StateFile.open(disk, root);
  const installer = new Installer({ slots, state, prove, log: silentLog, now: () => 0 });
  await installer.recover(factory);
  return { disk, slots, state, installer };
}

/** The version in use; throws when it is not whole. */
export async function versionInUse({ slots }: Device): Promise<string> {
  const current = await slots.current();
  if (current === null) throw new Error('no slot is in use');
  if (!(await slots.isWhole(current))) throw new Error(`slot ${current} is in use and not whole`);
  return (await slots.model(current))!.version;
}
