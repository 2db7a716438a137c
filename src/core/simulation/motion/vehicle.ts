import type { Random } from '../../random.js';
import type { Vector } from '../camera.js';
import { createMesh, type Face, type Mesh } from '../raster/mesh.js';
import { packPixel } from '../raster/pixel.js';

/** Proportions in metres. */
export interface VehicleShape {
  readonly length: number;
  readonly width: number;
  readonly height: number;
  /** Ends of the cabin along the vehicle, as shares of the half length: rear, front. */
  readonly cabin: readonly [number, number];
}

/** What a vehicle looks like. */
export interface VehicleLook {
  readonly mesh: Mesh;
  /** Packed colours by paint number; the tag byte is 0, or 255 in the tagged ones. */
  readonly palette: readonly number[];
  readonly taggedPalette: readonly number[];
}

export type RoofMarking = 'stripes' | 'plain' | 'dark';

type Colour = readonly [red: number, green: number, blue: number];

export const vehicleShapes: readonly VehicleShape[] = [
  { length: 4.5, width: 1.85, height: 1.48, cabin: [-0.72, 0.4] },
  { length: 4.7, width: 1.95, height: 1.72, cabin: [-0.95, 0.42] },
  { length: 5.2, width: 2, height: 2.1, cabin: [-0.97, 0.72] },
];

/** Paints that stand out from fields and asphalt. */
export const vividPaints: readonly Colour[] = [
  [178, 40, 34],
  [44, 82, 168],
  [214, 128, 32],
  [206, 180, 44],
  [126, 44, 128],
];

/** Paints of everyday traffic. */
export const plainPaints: readonly Colour[] = [
  [206, 206, 204],
  [58, 60, 66],
  [128, 132, 138],
  [66, 84, 112],
  [98, 36, 36],
];

const paints = { body: 0, glass: 1, roof: 2, tyre: 3, front: 4, rear: 5, marking: 6 };

/** A vehicle: x forward, y left, z up, origin on the ground under its middle. */
export function createVehicleLook(
  shape: VehicleShape,
  [red, green, blue]: Colour,
  marking: RoofMarking,
): VehicleLook {
  const dark = marking === 'dark';
  const palette = [
    packPixel(red, green, blue),
    packPixel(34, 42, 52),
    dark ? packPixel(40, 40, 44) : packPixel(red, green, blue),
    packPixel(24, 24, 26),
    packPixel(236, 232, 210),
    packPixel(150, 22, 22),
    packPixel(232, 230, 222),
  ];
  return {
    mesh: createVehicleMesh(shape, marking),
    palette,
    taggedPalette: palette.map((colour) => (colour | 0xff000000) >>> 0),
  };
}

/** A paint hardly to be told from `paint`. */
export function similarPaint(random: Random, [red, green, blue]: Colour): Colour {
  const tone = random.uniform(0.93, 1.06);
  return [red * tone, green * tone, blue * tone];
}

function createVehicleMesh({ length, width, height, cabin }: VehicleShape, marking: RoofMarking): Mesh {
  const [x, y] = [length / 2, width / 2];
  const belt = Math.min(0.92, height * 0.6);
  const [rear, front] = [x * cabin[0], x * cabin[1]];
  const lean = (height - belt) * 0.7;
  const vertices: Vector[] = [];
  const rectangle = (x0: number, x1: number, halfWidth: number, z: number): number => {
    const at = vertices.length;
    vertices.push(
      { x: x0, y: -halfWidth, z },
      { x: x1, y: -halfWidth, z },
      { x: x1, y: halfWidth, z },
      { x: x0, y: halfWidth, z },
    );
    return at;
  };
  // 1. body, closed in by bonnet and boot; 2. cabin on top of it
  const sill = rectangle(-x, x, y, 0.26);
  const shoulder = rectangle(-x * 0.97, x * 0.96, y * 0.95, belt);
  const foot = rectangle(rear, front, y * 0.9, belt);
  const top = rectangle(rear + lean * 0.45, front - lean, y * 0.72, height);
  const faces: Face[] = [
    ...sides(sill, shoulder, paints.body),
    { corners: quad(shoulder), paint: paints.body },
  ];
  const overlay = (corners: readonly Vector[], paint: number): void => {
    const at = vertices.length;
    vertices.push(...corners);
    faces.push({ corners: quad(at), paint });
  };
  // 3. wheels, lamps
  for (const side of [-1, 1]) {
    for (const axle of [-0.62, 0.62]) {
      overlay(upright(side * y * 1.01, [x * axle - 0.34, x * axle + 0.34], [0, 0.6]), paints.tyre);
    }
    const [inner, outer] = [side * y * 0.5, side * y * 0.92];
    const [low, high] = [Math.min(inner, outer), Math.max(inner, outer)];
    overlay(across(x * 1.005, low, high, [0.5, 0.72]), paints.front);
    overlay(across(-x * 1.005, high, low, [0.52, 0.76]), paints.rear);
  }
  faces.push(...sides(foot, top, paints.glass));
  faces.push({ corners: quad(top), paint: paints.roof });
  // 4. markings on bonnet, boot and roof
  if (marking === 'stripes') {
    for (const middle of [-0.3, 0.3]) {
      const strip = (x0: number, x1: number, z: number): void => {
        overlay(
          [
            { x: x0, y: middle - 0.13, z },
            { x: x1, y: middle - 0.13, z },
            { x: x1, y: middle + 0.13, z },
            { x: x0, y: middle + 0.13, z },
          ],
          paints.marking,
        );
      };
      strip(front, x * 0.96, belt + 0.005);
      strip(rear + lean * 0.45, front - lean, height + 0.005);
      if (rear > -x * 0.9) strip(-x * 0.97, rear, belt + 0.005);
    }
  }
  return createMesh(vertices, faces, [
    { corners: [...quad(sill), ...quad(shoulder)], paint: paints.body },
    { corners: [...quad(foot), ...quad(top)], paint: paints.glass },
  ]);
}

function quad(at: number): number[] {
  return [at, at + 1, at + 2, at + 3];
}

/** The four faces between a lower and an upper rectangle: right, front, left, rear. */
function sides(lower: number, upper: number, paint: number): Face[] {
  return [0, 1, 2, 3].map((i) => {
    const j = (i + 1) % 4;
    return { corners: [lower + i, lower + j, upper + j, upper + i], paint };
  });
}

/** A rectangle on the side at y, seen from outside. */
function upright(
  y: number,
  [rear, front]: readonly [number, number],
  [low, high]: readonly [number, number],
): Vector[] {
  const [a, b] = y < 0 ? [rear, front] : [front, rear];
  return [
    { x: a, y, z: low },
    { x: b, y, z: low },
    { x: b, y, z: high },
    { x: a, y, z: high },
  ];
}

/** A rectangle on the front or rear at x, from y0 to y1. */
function across(x: number, y0: number, y1: number, [low, high]: readonly [number, number]): Vector[] {
  return [
    { x, y: y0, z: low },
    { x, y: y1, z: low },
    { x, y: y1, z: high },
    { x, y: y0, z: high },
  ];
}
