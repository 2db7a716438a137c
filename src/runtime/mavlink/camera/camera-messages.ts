import { common, minimal } from 'mavlink-mappings';
import type { Size } from '../../../core/geometry/box.js';
import { message } from '../message.js';
import type { MavlinkOptions } from '../options.js';

/** What the camera's messages tell, beside its options. */
export interface CameraFacts {
  /** Such as `0.1.0`. */
  readonly version: string;
  /** ms since the start. */
  readonly uptimeMs: number;
  /** Of the tracked picture; null before the first frame. */
  readonly size: Size | null;
  /** Of the picture, degrees; null: unknown. */
  readonly horizontalDegrees: number | null;
  /** Video is being recorded. */
  readonly recording: boolean;
}

/** Of a 32-bit integer that stands for "unknown" in positions. */
const unknownPosition = 0x7fffffff;

export function heartbeat(active: boolean): minimal.Heartbeat {
  const { MavType, MavAutopilot, MavState } = minimal;
  return message(minimal.Heartbeat, {
    type: MavType.CAMERA,
    autopilot: MavAutopilot.INVALID,
    systemStatus: active ? MavState.ACTIVE : MavState.BOOT,
    mavlinkVersion: 3,
  });
}

export function cameraInformation(
  { camera, streams }: Pick<MavlinkOptions, 'camera' | 'streams'>,
  { version, uptimeMs, size }: CameraFacts,
): common.CameraInformation {
  const { CameraCapFlags } = common;
  const video = streams.length > 0 ? CameraCapFlags.HAS_VIDEO_STREAM : 0;
  const flags = CameraCapFlags.HAS_TRACKING_POINT | CameraCapFlags.HAS_TRACKING_RECTANGLE | video;
  return message(common.CameraInformation, {
    timeBootMs: bootTime(uptimeMs),
    vendorName: nameBytes(camera.vendor),
    modelName: nameBytes(camera.model),
    firmwareVersion: encodeVersion(version),
    focalLength: Number.NaN,
    sensorSizeH: Number.NaN,
    sensorSizeV: Number.NaN,
    resolutionH: size?.width ?? 0,
    resolutionV: size?.height ?? 0,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- bits: their sum is a number
    flags,
    gimbalDeviceId: camera.gimbalDeviceId,
  });
}

export function cameraSettings({ uptimeMs }: CameraFacts): common.CameraSettings {
  return message(common.CameraSettings, {
    timeBootMs: bootTime(uptimeMs),
    modeId: common.CameraMode.VIDEO,
    zoomLevel: Number.NaN,
    focusLevel: Number.NaN,
  });
}

/** There is no storage that a ground station could use: recordings are not offered over MAVLink. */
export function storageInformation({ uptimeMs }: CameraFacts): common.StorageInformation {
  return message(common.StorageInformation, {
    timeBootMs: bootTime(uptimeMs),
    status: common.StorageStatus.NOT_SUPPORTED,
    totalCapacity: Number.NaN,
    usedCapacity: Number.NaN,
    availableCapacity: Number.NaN,
    readSpeed: Number.NaN,
    writeSpeed: Number.NaN,
  });
}

export function captureStatus({ uptimeMs, recording }: CameraFacts): common.CameraCaptureStatus {
  return message(common.CameraCaptureStatus, {
    timeBootMs: bootTime(uptimeMs),
    videoStatus: recording ? 1 : 0,
    imageInterval: Number.NaN,
    availableCapacity: Number.NaN,
  });
}

/** Null: the field of view is unknown. */
export function fovStatus({
  uptimeMs,
  size,
  horizontalDegrees: hfov,
}: CameraFacts): common.CameraFovStatus | null {
  if (hfov === null) return null;
  const tangent = Math.tan((hfov * Math.PI) / 360);
  const vfov = size ? (Math.atan((tangent * size.height) / size.width) * 360) / Math.PI : Number.NaN;
  const nowhere = { latCamera: unknownPosition, lonCamera: unknownPosition, altCamera: unknownPosition };
  const noImage = { latImage: unknownPosition, lonImage: unknownPosition, altImage: unknownPosition };
  const { NaN: unknown } = Number;
  const q = [unknown, unknown, unknown, unknown];
  return message(common.CameraFovStatus, {
    timeBootMs: bootTime(uptimeMs),
    ...nowhere,
    ...noImage,
    q,
    hfov,
    vfov,
  });
}

type Stream = MavlinkOptions['streams'][number];

const streamTypes = {
  rtsp: common.VideoStreamType.RTSP,
  rtpudp: common.VideoStreamType.RTPUDP,
  'tcp-mpeg': common.VideoStreamType.TCP_MPEG,
  'mpeg-ts': common.VideoStreamType.MPEG_TS,
} as const satisfies Record<Stream['type'], common.VideoStreamType>;

const encodings = {
  unknown: common.VideoStreamEncoding.UNKNOWN,
  h264: common.VideoStreamEncoding.H264,
  h265: common.VideoStreamEncoding.H265,
} as const satisfies Record<Stream['encoding'], common.VideoStreamEncoding>;

/** @param wanted number of a stream, from 1; 0: all. */
export function streamInformation(
  { streams }: Pick<MavlinkOptions, 'streams'>,
  { horizontalDegrees }: CameraFacts,
  wanted: number,
): readonly common.VideoStreamInformation[] {
  return chosen(streams, wanted).map(({ stream, id }) =>
    message(common.VideoStreamInformation, {
      ...streamFields(stream, id, horizontalDegrees),
      count: streams.length,
      type: streamTypes[stream.type],
      encoding: encodings[stream.encoding],
      name: stream.name,
      uri: stream.uri,
    }),
  );
}

/** @param wanted number of a stream, from 1; 0: all. */
export function streamStatus(
  { streams }: Pick<MavlinkOptions, 'streams'>,
  { horizontalDegrees }: CameraFacts,
  wanted: number,
): readonly common.VideoStreamStatus[] {
  return chosen(streams, wanted).map(({ stream, id }) =>
    message(common.VideoStreamStatus, streamFields(stream, id, horizontalDegrees)),
  );
}

function chosen(streams: readonly Stream[], wanted: number) {
  return streams
    .map((stream, index) => ({ stream, id: index + 1 }))
    .filter(({ id }) => wanted === 0 || wanted === id);
}

function streamFields({ width, height, fps, bitrate }: Stream, id: number, horizontalDegrees: number | null) {
  return {
    streamId: id,
    flags: common.VideoStreamStatusFlags.RUNNING,
    framerate: fps,
    resolutionH: width,
    resolutionV: height,
    bitrate,
    hfov: Math.round(horizontalDegrees ?? 0),
  };
}

function bootTime(uptimeMs: number): number {
  return Math.floor(uptimeMs) % 2 ** 32;
}

/** Ends with a zero: some readers look for one. */
function nameBytes(name: string): number[] {
  return [...Buffer.from(name, 'latin1').subarray(0, 31)];
}

/** Patch, minor and major in a byte each, major lowest. */
function encodeVersion(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map((it) => Math.min(255, Number(it) || 0));
  return major + minor * 2 ** 8 + patch * 2 ** 16;
}
