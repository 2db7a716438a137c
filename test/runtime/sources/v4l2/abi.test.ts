import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as abi from '../../../../src/runtime/sources/v4l2/abi.js';
import { temporaryFolder } from '../support/make-video.js';

const folder = temporaryFolder(test);

/** Our field names and C's, struct by struct. */
const structs: readonly [
  name: string,
  layout: Readonly<Record<string, number>>,
  fields: Record<string, string>,
][] = [
  [
    'v4l2_capability',
    abi.capabilityLayout,
    { driver: 'driver', card: 'card', capabilities: 'capabilities', deviceCaps: 'device_caps' },
  ],
  ['v4l2_fmtdesc', abi.formatDescriptionLayout, { index: 'index', type: 'type', pixelFormat: 'pixelformat' }],
  [
    'v4l2_format',
    abi.formatLayout,
    {
      ...{
        type: 'type',
        width: 'fmt.pix.width',
        height: 'fmt.pix.height',
        pixelFormat: 'fmt.pix.pixelformat',
      },
      ...{ field: 'fmt.pix.field', bytesPerLine: 'fmt.pix.bytesperline', sizeImage: 'fmt.pix.sizeimage' },
      ...{ colorspace: 'fmt.pix.colorspace', quantization: 'fmt.pix.quantization' },
    },
  ],
  [
    'v4l2_frmsizeenum',
    abi.frameSizeLayout,
    {
      ...{ index: 'index', pixelFormat: 'pixel_format', type: 'type', width: 'discrete.width' },
      ...{ height: 'discrete.height', minWidth: 'stepwise.min_width', maxWidth: 'stepwise.max_width' },
      ...{ minHeight: 'stepwise.min_height', maxHeight: 'stepwise.max_height' },
    },
  ],
  [
    'v4l2_frmivalenum',
    abi.frameIntervalLayout,
    {
      ...{ index: 'index', pixelFormat: 'pixel_format', width: 'width', height: 'height', type: 'type' },
      ...{ numerator: 'discrete.numerator', denominator: 'discrete.denominator' },
      ...{ maxNumerator: 'stepwise.max.numerator', maxDenominator: 'stepwise.max.denominator' },
    },
  ],
  [
    'v4l2_streamparm',
    abi.streamParametersLayout,
    {
      ...{ type: 'type', capability: 'parm.capture.capability' },
      numerator: 'parm.capture.timeperframe.numerator',
      denominator: 'parm.capture.timeperframe.denominator',
    },
  ],
  ['v4l2_requestbuffers', abi.requestBuffersLayout, { count: 'count', type: 'type', memory: 'memory' }],
  [
    'v4l2_buffer',
    abi.bufferLayout,
    {
      ...{ index: 'index', type: 'type', bytesUsed: 'bytesused', flags: 'flags', sequence: 'sequence' },
      ...{ timestampSeconds: 'timestamp.tv_sec', timestampMicroseconds: 'timestamp.tv_usec' },
      ...{ memory: 'memory', offset: 'm.offset', userPointer: 'm.userptr', length: 'length' },
    },
  ],
];

const constants: Readonly<Record<string, number>> = {
  V4L2_BUF_TYPE_VIDEO_CAPTURE: abi.videoCapture,
  V4L2_MEMORY_MMAP: abi.memoryMmap,
  V4L2_MEMORY_USERPTR: abi.memoryUserptr,
  V4L2_FIELD_NONE: abi.fieldNone,
  V4L2_FRMSIZE_TYPE_DISCRETE: abi.enumDiscrete,
  V4L2_FRMIVAL_TYPE_DISCRETE: abi.enumDiscrete,
  V4L2_CAP_VIDEO_CAPTURE: abi.capabilityFlags.videoCapture,
  V4L2_CAP_VIDEO_CAPTURE_MPLANE: abi.capabilityFlags.videoCaptureMplane,
  V4L2_CAP_STREAMING: abi.capabilityFlags.streaming,
  V4L2_CAP_DEVICE_CAPS: abi.capabilityFlags.deviceCaps,
  V4L2_CAP_TIMEPERFRAME: abi.capabilityFlags.timePerFrame,
  V4L2_BUF_FLAG_ERROR: abi.bufferFlags.error,
  V4L2_BUF_FLAG_TIMESTAMP_MASK: abi.bufferFlags.timestampMask,
  V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC: abi.bufferFlags.timestampMonotonic,
  V4L2_COLORSPACE_JPEG: abi.colorspaceJpeg,
  V4L2_QUANTIZATION_FULL_RANGE: abi.quantizationFullRange,
  V4L2_QUANTIZATION_DEFAULT: abi.quantizationDefault,
  ...Object.fromEntries(Object.entries(abi.ioctls).map(([name, value]) => [`VIDIOC_${name}`, value])),
};

test('offsets, sizes, ioctl numbers and constants are those of linux/videodev2.h', (t) => {
  const expected: Record<string, number> = { ...constants };
  for (const [struct, layout, fields] of structs) {
    t.deepEqual(Object.keys(layout).sort(), [...Object.keys(fields), 'size'].sort());
    expected[`sizeof(struct ${struct})`] = layout['size']!;
    for (const [ours, theirs] of Object.entries(fields))
      expected[`offsetof(struct ${struct}, ${theirs})`] = layout[ours]!;
  }
  const actual = compileAndAsk(Object.keys(expected));
  if (!actual) {
    t.log('no C compiler (cc) or no linux/videodev2.h: not compared');
    t.pass();
    return;
  }
  t.deepEqual(actual, expected);
});

/** The values of C expressions; null without a compiler. */
function compileAndAsk(expressions: readonly string[]): Record<string, number> | null {
  const program = join(folder, 'ask');
  const lines = expressions.map((it) => `printf("%lu\\n", (unsigned long)(unsigned)(${it}));`).join('\n');
  writeFileSync(
    `${program}.c`,
    `#include <linux/videodev2.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n${lines}\n}\n`,
  );
  try {
    execFileSync('cc', ['-o', program, `${program}.c`], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const values = execFileSync(program, { encoding: 'utf8' }).trim().split('\n').map(Number);
  return Object.fromEntries(expressions.map((expression, index) => [expression, values[index]!]));
}
