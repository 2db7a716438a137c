import type { Log } from '../../core/ports/log.js';
import type { NodeIdentity, RosBackend, RosParticipant } from '../backend.js';
import type { RosEnvironment } from '../environment.js';
import { DdsParticipant } from './dds-participant.js';
import { domainConfiguration } from './domain-configuration.js';
import { loadDds } from './library.js';

export interface DdsBackendOptions {
  readonly environment: RosEnvironment;
  /** Whose discovery messages are spoken; Humble's differ from all later ones. */
  readonly graph: 'humble' | 'iron-or-later';
}

/** ROS 2 without ROS: CycloneDDS, and the definitions of the messages. */
export class DdsBackend implements RosBackend {
  readonly #options: DdsBackendOptions;

  constructor(options: DdsBackendOptions) {
    this.#options = options;
  }

  open(identity: NodeIdentity, log: Log): Promise<RosParticipant> {
    const { environment, graph } = this.#options;
    return Promise.resolve().then(
      () =>
        new DdsParticipant({
          library: loadDds(),
          domainId: environment.domainId,
          configuration: domainConfiguration(environment),
          gidBytes: graph === 'humble' ? 24 : 16,
          ...{ identity, log },
        }),
    );
  }
}
