import { common } from 'mavlink-mappings';
import { boxToCorner } from '../../../core/geometry/box.js';
import type { Track, TrackState } from '../../../core/tracking/track.js';
import { message } from '../message.js';

const { CameraTrackingStatusFlags: Status, CameraTrackingMode, CameraTrackingTargetData } = common;

const statusOf = {
  idle: Status.IDLE,
  tracking: Status.ACTIVE,
  coasting: Status.COASTING,
  lost: Status.ERROR,
} as const satisfies Record<TrackState, common.CameraTrackingStatusFlags>;

const unknown = Number.NaN;

/**
 * A track as CAMERA_TRACKING_IMAGE_STATUS: ACTIVE for what is seen, COASTING for a prediction, ERROR for a target that is
 * lost, and for null: no track has come for a while, so that nobody knows. Coordinates are 0..1 of the picture, its top left
 * corner (0, 0); NaN where there is no box.
 */
export function trackingStatus(track: Track | null): common.CameraTrackingImageStatus {
  const trackingStatus = track ? statusOf[track.state] : Status.ERROR;
  if (!track?.box) {
    return message(common.CameraTrackingImageStatus, {
      trackingStatus,
      trackingMode: CameraTrackingMode.NONE,
      ...{ pointX: unknown, pointY: unknown, radius: unknown },
      ...{ recTopX: unknown, recTopY: unknown, recBottomX: unknown, recBottomY: unknown },
    });
  }
  const { box, frame } = track;
  const { x, y, width, height } = boxToCorner(box);
  return message(common.CameraTrackingImageStatus, {
    trackingStatus,
    trackingMode: CameraTrackingMode.RECTANGLE,
    targetData: CameraTrackingTargetData.IN_STATUS,
    pointX: within(box.cx / frame.width),
    pointY: within(box.cy / frame.height),
    radius: unknown,
    recTopX: within(x / frame.width),
    recTopY: within(y / frame.height),
    recBottomX: within((x + width) / frame.width),
    recBottomY: within((y + height) / frame.height),
  });
}

/** What of the box lies outside the picture cannot be told. */
function within(value: number): number {
  return Math.min(1, Math.max(0, value));
}
