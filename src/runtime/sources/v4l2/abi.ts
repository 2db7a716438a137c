/**
 * The part of `linux/videodev2.h` used here: byte offsets of struct fields and ioctl numbers.
 * The layout is that of LP64 Linux, little-endian: x86-64 and arm64 share it (test/runtime/sources/v4l2 asks the C compiler).
 */

export const capabilityLayout = { size: 104, driver: 0, card: 16, capabilities: 84, deviceCaps: 88 } as const;

export const formatDescriptionLayout = { size: 64, index: 0, type: 4, pixelFormat: 44 } as const;

/** `v4l2_format` with its member `pix`. */
export const formatLayout = {
  size: 208,
  type: 0,
  width: 8,
  height: 12,
  pixelFormat: 16,
  field: 20,
  bytesPerLine: 24,
  sizeImage: 28,
  colorspace: 32,
  quantization: 48,
} as const;

export const frameSizeLayout = {
  size: 44,
  index: 0,
  pixelFormat: 4,
  type: 8,
  /** Discrete: width, height. Stepwise: least, greatest and step of either. */
  width: 12,
  height: 16,
  minWidth: 12,
  maxWidth: 16,
  minHeight: 24,
  maxHeight: 28,
} as const;

export const frameIntervalLayout = {
  size: 52,
  index: 0,
  pixelFormat: 4,
  width: 8,
  height: 12,
  type: 16,
  /** Discrete: seconds a frame. Stepwise: the shortest, the longest and the step. */
  numerator: 20,
  denominator: 24,
  maxNumerator: 28,
  maxDenominator: 32,
} as const;

/** `v4l2_streamparm` with its member `capture`. */
export const streamParametersLayout = {
  size: 204,
  type: 0,
  capability: 4,
  numerator: 12,
  denominator: 16,
} as const;

export const requestBuffersLayout = { size: 20, count: 0, type: 4, memory: 8 } as const;

export const bufferLayout = {
  size: 88,
  index: 0,
  type: 4,
  bytesUsed: 8,
  flags: 12,
  timestampSeconds: 24,
  timestampMicroseconds: 32,
  sequence: 56,
  memory: 60,
  /** Of a buffer that is mapped: 32 bits. */
  offset: 64,
  /** Of a buffer of the program's own: 64 bits. */
  userPointer: 64,
  length: 72,
} as const;

/** `_IOC` of asm-generic/ioctl.h: direction, size, type 'V', number. */
function request(direction: 'read' | 'write' | 'both', number: number, size: number): number {
  const bits = { write: 1, read: 2, both: 3 }[direction];
  return ((bits << 30) | (size << 16) | (0x56 << 8) | number) >>> 0;
}

export const ioctls = {
  QUERYCAP: request('read', 0, capabilityLayout.size),
  ENUM_FMT: request('both', 2, formatDescriptionLayout.size),
  G_FMT: request('both', 4, formatLayout.size),
  S_FMT: request('both', 5, formatLayout.size),
  REQBUFS: request('both', 8, requestBuffersLayout.size),
  QUERYBUF: request('both', 9, bufferLayout.size),
  QBUF: request('both', 15, bufferLayout.size),
  DQBUF: request('both', 17, bufferLayout.size),
  STREAMON: request('write', 18, 4),
  STREAMOFF: request('write', 19, 4),
  G_PARM: request('both', 21, streamParametersLayout.size),
  S_PARM: request('both', 22, streamParametersLayout.size),
  TRY_FMT: request('both', 64, formatLayout.size),
  ENUM_FRAMESIZES: request('both', 74, frameSizeLayout.size),
  ENUM_FRAMEINTERVALS: request('both', 75, frameIntervalLayout.size),
} as const;

export const videoCapture = 1; // V4L2_BUF_TYPE_VIDEO_CAPTURE
export const memoryMmap = 1; // V4L2_MEMORY_MMAP
export const memoryUserptr = 2; // V4L2_MEMORY_USERPTR
export const fieldNone = 1; // V4L2_FIELD_NONE: progressive
export const enumDiscrete = 1; // V4L2_FRMSIZE_TYPE_DISCRETE, V4L2_FRMIVAL_TYPE_DISCRETE

export const capabilityFlags = {
  videoCapture: 0x1,
  videoCaptureMplane: 0x1000,
  streaming: 0x0400_0000,
  /** deviceCaps is filled in. */
  deviceCaps: 0x8000_0000,
  /** In streamParameters.capability: the frame rate can be set. */
  timePerFrame: 0x1000,
} as const;

export const bufferFlags = {
  /** The frame is damaged or incomplete. */
  error: 0x40,
  timestampMask: 0xe000,
  timestampMonotonic: 0x2000,
} as const;

export const colorspaceJpeg = 7;
export const quantizationFullRange = 1;
export const quantizationDefault = 0;
