import type { Log } from '../../core/ports/log.js';
import type { NodeIdentity, RosBackend, RosParticipant } from '../backend.js';
import type { RosEnvironment } from '../environment.js';
import { DdsDomain } from './dds-domain.js';
import { DdsParticipant } from './dds-participant.js';
import { domainConfigurations } from './domain-configuration.js';
import { loadDds, type DdsLibrary } from './library.js';

export interface DdsBackendOptions {
  readonly environment: RosEnvironment;
  /** Whose discovery messages are spoken; Humble's differ from all later ones. */
  readonly graph: 'humble' | 'iron-or-later';
}

/** ROS 2 without ROS: CycloneDDS, and the definitions of the messages. */
export class DdsBackend implements RosBackend {
  readonly #options: DdsBackendOptions;
  #loaded: { readonly library: DdsLibrary; readonly domain: DdsDomain } | null = null;

  constructor(options: DdsBackendOptions) {
    this.#options = options;
  }

  open(identity: NodeIdentity, log: Log): Promise<RosParticipant> {
    return Promise.resolve().then(() => {
      const gidBytes = this.#options.graph === 'humble' ? 24 : 16;
      return new DdsParticipant({ ...this.#load(), gidBytes, ...{ identity, log } });
    });
  }

  #load() {
    if (this.#loaded) return this.#loaded;
    const { environment } = this.#options;
    const library = loadDds();
    const domain = new DdsDomain(library, environment.domainId, domainConfigurations(environment));
    this.#loaded = { library, domain };
    return this.#loaded;
  }
}
