import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Config } from '../../runtime/config/schema.js';
import type { SinkFacts } from '../../runtime/console/live/subject.js';
import { EncoderThread } from '../../runtime/console/video/encoder-thread.js';
import { readCameraInfo } from '../../runtime/gimbal/camera-info.js';
import { parseSourceUri } from '../../runtime/sources/source-uri.js';
import type { RosNode } from '../../ros/node/ros-node.js';
import type { NodeParameters } from '../../ros/parameters/parameter.js';
import { ExchangeableSink } from './exchangeable-sink.js';
import type { Part, PartContext } from './part.js';
import type { RosAccess } from './ros-access.js';

/** The service's ROS 2 node. */
export class RosPart implements Part {
  readonly sink = new ExchangeableSink<RosNode>('ros');
  readonly tap: FrameTap = { name: 'ros', see: (frame) => this.sink.current?.see(frame) };
  readonly #access: RosAccess;
  readonly #parameters: NodeParameters;

  constructor(access: RosAccess, parameters: NodeParameters) {
    this.#access = access;
    this.#parameters = parameters;
  }

  /** @throws UsageError for a missing middleware, a domain or a calibration that cannot be used. */
  async open({ ros, source }: Config, { control, log }: PartContext): Promise<void> {
    await this.sink.clear();
    if (!ros) return;
    const { calibration } = ros.direction ?? {};
    const intrinsics =
      calibration === undefined ? null : await readCameraInfo(calibration, 'ros.direction.calibration');
    const { scheme, target } = parseSourceUri(source.uri);
    const { openRos } = await import('../../ros/open-ros.js');
    const node = await openRos(await this.#access.backend(ros, log), ros, {
      ...{ control, log, intrinsics, parameters: this.#parameters },
      headers: this.#access.headers,
      imageTopic: scheme === 'ros' ? target : null,
      pictures: ros.image ? new EncoderThread() : null,
    });
    log.info({ node: node.fullName, middleware: node.detail }, 'ROS node open');
    await this.sink.put(node);
  }

  /** Others who ask for another quality of service are told in the log: the node itself works. */
  troubles(): string[] {
    return [];
  }

  facts(): SinkFacts {
    const { current } = this.sink;
    if (!current) return { state: 'off', detail: 'ros is not set' };
    const { readers, mismatches } = current.status();
    const refused = mismatches.map(
      ({ topic, count, policy }) => `${topic}: ${count} (${policy ?? 'unknown'})`,
    );
    const others = refused.length > 0 ? `; another quality of service: ${refused.join(', ')}` : '';
    return {
      state: 'ok',
      detail: `${current.fullName}, ${current.detail}, readers of boxes: ${readers}${others}`,
    };
  }
}
