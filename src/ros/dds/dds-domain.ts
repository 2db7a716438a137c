import type { DdsLibrary, Entity } from './library.js';

/** A domain that is configured while somebody is in it: the library has each once for the whole process. */
export class DdsDomain {
  readonly id: number;
  readonly #library: DdsLibrary;
  readonly #configuration: string | null;
  #entity: Entity | null = null;
  #members = 0;

  /** @param configuration null: the library's own. */
  constructor(library: DdsLibrary, id: number, configuration: string | null) {
    this.id = id;
    this.#library = library;
    this.#configuration = configuration;
  }

  enter(): void {
    this.#members += 1;
    if (this.#members > 1 || this.#configuration === null) return;
    const entity = this.#library.createDomain(this.id, this.#configuration);
    this.#entity = entity > 0 ? entity : null; // negative where somebody else in the process has it already
  }

  leave(): void {
    this.#members -= 1;
    if (this.#members > 0 || this.#entity === null) return;
    this.#library.delete(this.#entity);
    this.#entity = null;
  }
}
