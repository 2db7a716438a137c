import type { Box } from '../../core/geometry/box.js';
import { scaleIntrinsics, type Intrinsics } from '../../core/gimbal/pinhole.js';
import type { Log } from '../../core/ports/log.js';
import type { Track } from '../../core/tracking/track.js';
import {
  sensorData,
  type QosProfile,
  type RosMessage,
  type RosParticipant,
  type RosPublisher,
} from '../backend.js';
import { intrinsicsOfInfo } from './camera-model.js';
import { directionMessage } from './track-messages.js';

export interface DirectionOptions {
  /** Of a calibration; null: what the camera says of itself on `cameraInfo`. */
  readonly intrinsics: Intrinsics | null;
  readonly cameraInfo: string | null;
  readonly rectified: boolean;
  readonly qos: QosProfile;
  readonly log: Log;
}

/** Publishes where the target is, as soon as the camera's intrinsics are known. */
export class DirectionTopic {
  readonly publisher: RosPublisher;
  readonly #log: Log;
  #intrinsics: Intrinsics | null;
  #told: string | null = null;

  constructor(participant: RosParticipant, options: DirectionOptions) {
    const { intrinsics, cameraInfo, rectified, qos, log } = options;
    this.#intrinsics = intrinsics;
    this.#log = log;
    this.publisher = participant.advertise('geometry_msgs/msg/Vector3Stamped', 'tracker/direction', qos);
    if (cameraInfo === null) return;
    participant.subscribe('sensor_msgs/msg/CameraInfo', cameraInfo, sensorData, (info) => {
      const read = intrinsicsOfInfo(info, rectified);
      if (typeof read === 'string') this.#tell(`${participant.nameOf(cameraInfo)}: ${read}`);
      else this.#intrinsics = read;
    });
  }

  publish({ frame }: Track, box: Box, header: RosMessage): void {
    if (!this.#intrinsics) return;
    try {
      const intrinsics = scaleIntrinsics(this.#intrinsics, frame, 'ros.direction');
      this.publisher.publish(directionMessage(intrinsics, box, header));
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error)); // pictures of another shape
    }
  }

  /** Once for every reason. */
  #tell(text: string): void {
    if (this.#told === text) return;
    this.#told = text;
    this.#log.warn({}, `no direction: ${text}`);
  }
}
