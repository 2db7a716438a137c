import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import type { Intrinsics } from '../../core/gimbal/pinhole.js';

/** A matrix as OpenCV writes it into YAML. */
function matrix(rows: number, cols: number) {
  return z.strictObject({
    rows: z.literal(rows),
    cols: z.literal(cols),
    data: z.array(z.number()).length(rows * cols),
  });
}

const side = z.int().min(16).max(32_768);

/** What ROS's camera_calibration_parsers writes and reads. */
const cameraInfoSchema = z.strictObject({
  image_width: side,
  image_height: side,
  camera_name: z.string().optional(),
  camera_matrix: matrix(3, 3),
  distortion_model: z.literal('plumb_bob', {
    error: ({ input }) =>
      `is "${String(input)}"; only plumb_bob is understood: calibrate with the standard model`,
  }),
  distortion_coefficients: matrix(1, 5),
  rectification_matrix: matrix(3, 3).optional(),
  projection_matrix: matrix(3, 4).optional(),
});

/** @throws UsageError naming the file when it cannot be read, or is no calibration. */
export async function readCameraInfo(file: string, option = 'gimbal.camera'): Promise<Intrinsics> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(`${option} "${file}": ${missing ? 'no such file' : (cause as Error).message}`, {
      cause,
    });
  });
  return parseCameraInfo(text, file, option);
}

/**
 * Reads the text of a ROS camera_info YAML file. What the optics do to the picture is taken from the camera matrix and the
 * distortion; rectification and projection belong to stereo and rectified pictures, and frames come unrectified.
 * @param option the setting that named it
 * @throws UsageError naming `origin` and the key
 */
export function parseCameraInfo(text: string, origin: string, option = 'gimbal.camera'): Intrinsics {
  const fail = (what: string, cause?: unknown): never => {
    throw new UsageError(`${option} "${origin}": ${what}`, { cause });
  };
  let content: unknown;
  try {
    content = parse(text);
  } catch (cause) {
    return fail(`not valid YAML: ${(cause as Error).message.split('\n', 1)[0]}`, cause);
  }
  const parsed = cameraInfoSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(`${issue!.path.join('.') || 'the file'}: ${issue!.message}`, parsed.error);
  }
  const { image_width: width, image_height: height, camera_matrix, distortion_coefficients } = parsed.data;
  const [fx, skew, cx, zero, fy, cy, ...last] = camera_matrix.data as Nine;
  const [k1, k2, p1, p2, k3] = distortion_coefficients.data as Five;
  if (!(fx > 0 && fy > 0))
    fail(`camera_matrix: focal lengths ${fx}, ${fy} must be positive (was it ever calibrated?)`);
  if (skew !== 0 || zero !== 0 || last.join() !== '0,0,1') {
    fail('camera_matrix: must be [fx, 0, cx, 0, fy, cy, 0, 0, 1]');
  }
  if (!(cx > 0 && cx < width && cy > 0 && cy < height)) {
    fail(`camera_matrix: the principal point ${cx}, ${cy} lies outside ${width}x${height}`);
  }
  // ROS counts pixel centres as whole numbers; ours are continuous, with a pixel's centre at its half
  return { width, height, fx, fy, cx: cx + 0.5, cy: cy + 0.5, distortion: [k1, k2, p1, p2, k3] };
}

type Five = [number, number, number, number, number];
type Nine = [number, number, number, number, number, number, number, number, number];
