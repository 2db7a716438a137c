import { UsageError } from '../../core/errors.js';
import type { DdsLibrary, Entity } from './library.js';

/** A domain that is configured while somebody is in it: the library has each once for the whole process. */
export class DdsDomain {
  readonly id: number;
  readonly #library: DdsLibrary;
  readonly #configurations: readonly string[];
  #entity: Entity | null = null;
  #members = 0;

  /** @param configurations the first that the library understands is taken. */
  constructor(library: DdsLibrary, id: number, configurations: readonly string[]) {
    this.id = id;
    this.#library = library;
    this.#configurations = configurations;
  }

  /** @throws UsageError for a configuration that the library does not understand. */
  enter(): void {
    if (this.#members === 0) this.#create();
    this.#members += 1;
  }

  leave(): void {
    this.#members -= 1;
    if (this.#members > 0 || this.#entity === null) return;
    this.#library.delete(this.#entity);
    this.#entity = null;
  }

  #create(): void {
    for (const configuration of this.#configurations) {
      const entity = this.#library.createDomain(this.id, configuration);
      if (entity > 0) this.#entity = entity;
      if (entity > 0 || entity === preconditionNotMet) return; // somebody else in the process has it already
    }
    throw new UsageError(
      'CYCLONEDDS_URI: CycloneDDS does not understand it; its own words stand before this',
    );
  }
}

/** DDS_RETCODE_PRECONDITION_NOT_MET. */
const preconditionNotMet = -4;
