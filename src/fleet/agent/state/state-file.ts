import { readWhole, writeDurably } from '../disk/durable.js';
import type { FileSystem } from '../disk/file-system.js';
import { type AgentState, agentStateSchema, freshState, reasonAgainst } from './agent-state.js';

/** The agent's memory in a file. */
export class StateFile {
  readonly #disk: FileSystem;
  readonly #folder: string;
  #state: AgentState = freshState;

  private constructor(disk: FileSystem, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  /** A file that cannot be read any more counts as none: the slots alone say what runs. */
  static async open(disk: FileSystem, folder: string): Promise<StateFile> {
    const file = new StateFile(disk, folder);
    const bytes = await readWhole(disk, `${folder}/${fileName}`);
    if (bytes) file.#state = parse(bytes) ?? freshState;
    return file;
  }

  get state(): AgentState {
    return this.#state;
  }

  /** Why a model is not wanted here; null when nothing is known against it. */
  bad(sha256: string): string | null {
    return reasonAgainst(this.#state, sha256);
  }

  /** Resolves when it would survive a power cut. */
  async change(change: Partial<AgentState>): Promise<void> {
    const next = { ...this.#state, ...change };
    const text = JSON.stringify(next, null, 2);
    await writeDurably(this.#disk, this.#folder, fileName, new TextEncoder().encode(text));
    this.#state = next;
  }
}

const fileName = 'state.json';

function parse(bytes: Uint8Array): AgentState | null {
  try {
    return agentStateSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}
