import type { Log } from '../../core/ports/log.js';
import { rosOptionsSchema, type RosOptions } from '../../core/ros/options.js';
import type { Opener } from '../../runtime/sources/open-source.js';
import type { RosBackend } from '../../ros/backend.js';
import type { ImageSource } from '../../ros/image/open-image-source.js';
import type { KnownHeaders } from '../../ros/node/stamper.js';

/** The process's way into ROS: one for the node and for image topics as source. Loaded when asked for. */
export class RosAccess {
  #backend: { readonly key: string; readonly backend: RosBackend } | null = null;
  #source: ImageSource | null = null;

  /** @throws UsageError for ROS's environment variables when they cannot be. */
  async backend(options: RosOptions, log: Log): Promise<RosBackend> {
    const { backend: wanted, graph, domainId } = options;
    const key = JSON.stringify({ wanted, graph, domainId });
    if (this.#backend?.key === key) return this.#backend.backend;
    const { openBackend } = await import('../../ros/open-backend.js');
    const { backend, why } = openBackend(options);
    log.info({ why }, 'way into ROS');
    this.#backend = { key, backend };
    return backend;
  }

  /** The headers of the frames, while the source is an image topic. */
  readonly headers: KnownHeaders = {
    of: (sequence) => this.#source?.headers.of(sequence) ?? null,
    capturedAt: (stampNs) => this.#source?.headers.capturedAt(stampNs) ?? null,
  };

  /**
   * Opens image topics: a node of its own, so that the tracker's may be exchanged while frames go on.
   * @param options the configured ones; none: the defaults
   */
  imageOpener(options: RosOptions | undefined, log: Log): Opener {
    return async ({ target: topic, display: uri }, { reconnect, reliability, hold, signal }) => {
      const ros = options ?? rosOptionsSchema.parse({});
      const backend = await this.backend(ros, log);
      const { openImageSource } = await import('../../ros/image/open-image-source.js');
      const { remapOf } = await import('../../ros/open-ros.js');
      const identity = { name: `${ros.name}_source`, namespace: ros.namespace, remap: remapOf(ros.remap) };
      const participant = await backend.open(identity, log);
      try {
        const source = await openImageSource(participant, {
          ...{ topic, uri, log },
          ...(reconnect !== undefined && { reconnect }),
          ...(reliability !== undefined && { reliability }),
          ...(hold && { hold }),
          ...(signal && { signal }),
        });
        this.#source = source;
        return closedWith(source, participant);
      } catch (error) {
        await participant.close();
        throw error;
      }
    };
  }
}

/** The source, which takes `owned` away when it is closed. */
function closedWith(source: ImageSource, owned: AsyncDisposable): ImageSource {
  const close = async (): Promise<void> => {
    await source.close();
    await owned[Symbol.asyncDispose]();
  };
  return {
    headers: source.headers,
    describe: () => source.describe(),
    statistics: () => source.statistics(),
    async *frames(signal) {
      try {
        yield* source.frames(signal);
      } finally {
        await close();
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
