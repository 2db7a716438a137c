import type { DdsLibrary, Entity } from './library.js';

/** A domain that is configured while somebody is in it: the library has each once for the whole process. */
export class DdsDomain {
  readonly id: number;
  readonly #library: DdsLibrary;
  readonly #configurations: readonly string[];
  #entity: Entity | null = null;
  #members = 0;

  /** @param configurations the first that the library understands is taken; none: its own. */
  constructor(library: DdsLibrary, id: number, configurations: readonly string[]) {
    this.id = id;
    this.#library = library;
    this.#configurations = configurations;
  }

  enter(): void {
    this.#members += 1;
    if (this.#members > 1) return;
    for (const configuration of this.#configurations) {
      const entity = this.#library.createDomain(this.id, configuration);
      if (entity > 0) this.#entity = entity;
      if (entity > 0 || entity === preconditionNotMet) return; // somebody else in the process has it already
    }
  }

  leave(): void {
    this.#members -= 1;
    if (this.#members > 0 || this.#entity === null) return;
    this.#library.delete(this.#entity);
    this.#entity = null;
  }
}

/** DDS_RETCODE_PRECONDITION_NOT_MET. */
const preconditionNotMet = -4;
