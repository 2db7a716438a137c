import { columnOf, cross, depthOf, dot, planeMapping, rowOf, type Camera, type Vector } from '../camera.js';
import { convexHull } from './convex-hull.js';
import { scalePixel } from './pixel.js';
import { fillFlat, fillTextured, type Polygon } from './polygon.js';
import type { Surface } from './surface.js';
import type { Texture } from './texture.js';

/** A flat convex face; corners run counter-clockwise seen from outside. */
export interface Face {
  readonly corners: readonly number[];
  /** Index into the palette given when drawing. */
  readonly paint: number;
  /** Tiles laid along corner 0 -> 1 (u) and corner 0 -> last (v), instead of the paint. */
  readonly tiles?: { readonly texture: Texture; readonly along: number; readonly across: number };
}

/** A part of a solid whose faces may be drawn in list order, whatever the view from above. */
export interface Mesh {
  readonly vertices: readonly Vector[];
  readonly faces: readonly (Face & { readonly normal: Vector })[];
  /** Groups of vertices whose convex hull is painted first, so that no background shines through between faces. */
  readonly underlays: readonly { readonly corners: readonly number[]; readonly paint: number }[];
}

export interface MeshPlacement extends Vector {
  /** Radians counter-clockwise from east: where the mesh's x axis points. */
  readonly heading: number;
}

export interface MeshLight {
  /** Unit vector towards the sun. */
  readonly sun: Vector;
  /** Share of the direct light that arrives, 0..1. */
  readonly direct: number;
}

/** Ambient part of the light; the rest is direct. */
const ambient = 0.52;

export function createMesh(
  vertices: readonly Vector[],
  faces: readonly Face[],
  underlays: Mesh['underlays'] = [],
): Mesh {
  return {
    vertices,
    underlays,
    faces: faces.map((face) => {
      const [a, b] = [vertices[face.corners[0]!]!, vertices[face.corners[1]!]!];
      const c = vertices[face.corners[face.corners.length - 1]!]!;
      const normal = cross(subtract(b, a), subtract(c, a));
      const length = Math.sqrt(dot(normal, normal));
      return { ...face, normal: { x: normal.x / length, y: normal.y / length, z: normal.z / length } };
    }),
  };
}

/** Draws the faces that look at the camera. Nothing is drawn when a vertex is nearer than a metre or behind. */
export function drawMesh(
  surface: Surface,
  camera: Camera,
  mesh: Mesh,
  placement: MeshPlacement,
  { palette, light }: { readonly palette: ArrayLike<number>; readonly light: MeshLight },
): void {
  const world = placeVertices(mesh, placement);
  const image = projectVertices(camera, world);
  if (!image || !touches(surface, image)) return;
  for (const { corners, paint } of mesh.underlays) {
    const hull = convexHull(pick(image, corners));
    fillFlat(surface, hull, scalePixel(palette[paint]!, 150));
  }
  const { position } = camera.pose;
  for (const { corners, paint, tiles, normal } of mesh.faces) {
    const facing = turn(normal, placement.heading);
    const origin = world[corners[0]!]!;
    if (dot(facing, subtract(position, origin)) <= 0) continue;
    // Lambert's law
    const shade = ambient + (1 - ambient) * light.direct * Math.max(0, dot(facing, light.sun));
    const brightness = Math.min(256, Math.round(256 * shade));
    const polygon = pick(image, corners);
    if (!tiles) {
      fillFlat(surface, polygon, scalePixel(palette[paint]!, brightness));
      continue;
    }
    const side = 1 << tiles.texture.bits;
    const axisU = scale(subtract(world[corners[1]!]!, origin), 1 / (tiles.along * side));
    const axisV = scale(subtract(world[corners[corners.length - 1]!]!, origin), 1 / (tiles.across * side));
    const mapping = planeMapping(camera, origin, axisU, axisV);
    fillTextured(surface, polygon, { texture: tiles.texture, mapping, light: brightness });
  }
}

export function placeVertices(mesh: Mesh, { x, y, z, heading }: MeshPlacement): Vector[] {
  const cos = Math.cos(heading);
  const sin = Math.sin(heading);
  return mesh.vertices.map((v) => ({
    x: x + v.x * cos - v.y * sin,
    y: y + v.x * sin + v.y * cos,
    z: z + v.z,
  }));
}

/** Image coordinates x0, y0, x1, y1, …; null when a point is nearer than a metre or behind the camera. */
export function projectVertices(camera: Camera, world: readonly Vector[]): Float64Array | null {
  const image = new Float64Array(2 * world.length);
  for (let i = 0; i < world.length; i++) {
    const { x, y, z } = world[i]!;
    const depth = depthOf(camera, x, y, z);
    if (depth < 1) return null;
    image[2 * i] = columnOf(camera, depth, x, y);
    image[2 * i + 1] = rowOf(camera, depth, x, y, z);
  }
  return image;
}

function touches({ originX, originY, width, height }: Surface, image: Float64Array): boolean {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < image.length; i += 2) {
    left = Math.min(left, image[i]!);
    right = Math.max(right, image[i]!);
    top = Math.min(top, image[i + 1]!);
    bottom = Math.max(bottom, image[i + 1]!);
  }
  return right > originX && left < originX + width && bottom > originY && top < originY + height;
}

function pick(image: Float64Array, corners: readonly number[]): Polygon {
  const points = new Float64Array(2 * corners.length);
  corners.forEach((corner, i) => {
    points[2 * i] = image[2 * corner]!;
    points[2 * i + 1] = image[2 * corner + 1]!;
  });
  return { points, count: corners.length };
}

function turn(v: Vector, heading: number): Vector {
  const cos = Math.cos(heading);
  const sin = Math.sin(heading);
  return { x: v.x * cos - v.y * sin, y: v.x * sin + v.y * cos, z: v.z };
}

function subtract(a: Vector, b: Vector): Vector {
  return { x: a.x - b.x, y: a.y - b.y, z: a.z - b.z };
}

function scale(v: Vector, factor: number): Vector {
  return { x: v.x * factor, y: v.y * factor, z: v.z * factor };
}
