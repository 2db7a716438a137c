import { FleetError } from '../../../core/errors.js';
import { digestOf } from '../disk/digest.js';
import { makeFolderDurably, readWhole, removeTree, turnLink, writeDurably } from '../disk/durable.js';
import type { FileSystem } from '../disk/file-system.js';
import { type InstalledModel, type SlotContents, slotContentsSchema, slotFilePath } from './slot-contents.js';
import { SlotWriter } from './slot-writer.js';

export const slotNames = ['a', 'b'] as const;
export type SlotName = (typeof slotNames)[number];

/** The link that the service opens its model through. */
export const currentLink = 'current';

/**
 * Two folders for models, and a link that says which of them is in use. Only the other one is ever written; it is chosen by turning the
 * link, when it is whole. So there is a whole model in use at every moment, whatever happens in between.
 */
export class SlotStore {
  readonly #disk: FileSystem;
  readonly #folder: string;

  /** @param folder made by `prepare` */
  constructor(disk: FileSystem, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  get folder(): string {
    return this.#folder;
  }

  pathOf(slot: SlotName): string {
    return `${this.#folder}/${slot}`;
  }

  /** Makes the folders; removes what a power cut left half made. Its parent must be there. */
  async prepare(): Promise<void> {
    const cut = this.#folder.lastIndexOf('/');
    await makeFolderDurably(this.#disk, this.#folder.slice(0, cut), this.#folder.slice(cut + 1));
    for (const slot of slotNames) await makeFolderDurably(this.#disk, this.#folder, slot);
  }

  /** The slot in use; null when the link is missing, or points elsewhere. */
  async current(): Promise<SlotName | null> {
    const link = `${this.#folder}/${currentLink}`;
    if ((await this.#disk.kindOf(link)) !== 'link') return null;
    const target = await this.#disk.readLink(link);
    return slotNames.find((slot) => slot === target) ?? null;
  }

  /** What a slot says it holds; null when that is nothing, or something unfinished. */
  async contents(slot: SlotName): Promise<SlotContents | null> {
    const bytes = await readWhole(this.#disk, `${this.pathOf(slot)}/slot.json`);
    if (!bytes) return null;
    try {
      return slotContentsSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      return null; // torn, or another version's: nothing that may be used
    }
  }

  async model(slot: SlotName): Promise<InstalledModel | null> {
    return (await this.contents(slot))?.model ?? null;
  }

  /** Whether every file is there, byte by byte. */
  async isWhole(slot: SlotName): Promise<boolean> {
    const contents = await this.contents(slot);
    if (!contents) return false;
    for (const { path, length, sha256 } of contents.files) {
      const found = await digestOf(this.#disk, `${this.pathOf(slot)}/${path}`);
      if (found?.length !== length || found.sha256 !== sha256) return false;
    }
    return true;
  }

  /** Empties a slot, its claim to hold something first. @throws FleetError for the one in use. */
  async clear(slot: SlotName): Promise<void> {
    if ((await this.current()) === slot)
      throw new FleetError(`slot ${slot} is in use and must not be written`);
    const path = this.pathOf(slot);
    await removeTree(this.#disk, `${path}/slot.json`);
    await this.#disk.syncFolder(path);
    for (const name of await this.#disk.list(path)) await removeTree(this.#disk, `${path}/${name}`);
  }

  /** Empties a slot and has it filled: `fill` writes the files, then the slot is sealed. When that fails it is left empty. */
  async fill(
    slot: SlotName,
    model: InstalledModel,
    fill: (writer: SlotWriter) => Promise<void>,
  ): Promise<void> {
    await this.clear(slot);
    const path = this.pathOf(slot);
    const writer = new SlotWriter(this.#disk, path, (file) => {
      const parsed = slotFilePath.safeParse(file);
      if (parsed.success) return;
      throw new FleetError(`file "${file}" of a bundle: ${parsed.error.issues[0]?.message ?? 'refused'}`);
    });
    try {
      await fill(writer);
      await writer.settle();
      const contents: SlotContents = { format: 'tagalong-slot/1', model, files: [...writer.files] };
      const text = JSON.stringify(slotContentsSchema.parse(contents), null, 2);
      await writeDurably(this.#disk, path, 'slot.json', new TextEncoder().encode(text));
    } catch (error) {
      await this.clear(slot).catch(() => undefined); // the first failure is the one to tell
      throw error;
    }
  }

  /** Has the service use this slot from now on. @throws FleetError when it is not whole. */
  async choose(slot: SlotName): Promise<void> {
    if (!(await this.isWhole(slot))) throw new FleetError(`slot ${slot} holds no whole model`);
    await turnLink(this.#disk, this.#folder, currentLink, slot);
  }
}

export function otherSlot(slot: SlotName): SlotName {
  return slot === 'a' ? 'b' : 'a';
}
