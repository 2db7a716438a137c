import type { Size } from '../geometry/box.js';

/** World axes in metres: x east, y north, z up. */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Where the camera is and looks; roll is held level. */
export interface CameraPose {
  readonly position: Vector;
  /** Radians clockwise from north, seen from above. */
  readonly yaw: number;
  /** Radians, positive up, -pi/2 straight down. */
  readonly pitch: number;
}

/** A pinhole camera: pose, focal length in pixels, and its axes in the world. */
export interface Camera extends Size {
  readonly pose: CameraPose;
  readonly focal: number;
  readonly right: Vector;
  readonly down: Vector;
  readonly forward: Vector;
}

/** Affine parts of (u, v, w): texture coordinates of image point (x, y) are u / w and v / w. */
export interface PlaneMapping {
  readonly ux: number;
  readonly uy: number;
  readonly u0: number;
  readonly vx: number;
  readonly vy: number;
  readonly v0: number;
  readonly wx: number;
  readonly wy: number;
  readonly w0: number;
}

export function createCamera({ width, height }: Size, focal: number, pose: CameraPose): Camera {
  const sinYaw = Math.sin(pose.yaw);
  const cosYaw = Math.cos(pose.yaw);
  const sinPitch = Math.sin(pose.pitch);
  const cosPitch = Math.cos(pose.pitch);
  return {
    width,
    height,
    focal,
    pose,
    right: { x: cosYaw, y: -sinYaw, z: 0 },
    down: { x: sinYaw * sinPitch, y: cosYaw * sinPitch, z: -cosPitch },
    forward: { x: sinYaw * cosPitch, y: cosYaw * cosPitch, z: sinPitch },
  };
}

/** Depth of a world point along the optical axis, in metres. */
export function depthOf(camera: Camera, x: number, y: number, z: number): number {
  const { position } = camera.pose;
  const { forward } = camera;
  return forward.x * (x - position.x) + forward.y * (y - position.y) + forward.z * (z - position.z);
}

/** Image column of a world point at `depth`. */
export function columnOf(camera: Camera, depth: number, x: number, y: number): number {
  const { position } = camera.pose;
  const across = camera.right.x * (x - position.x) + camera.right.y * (y - position.y);
  return camera.width / 2 + (camera.focal * across) / depth;
}

/** Image row of a world point at `depth`. */
export function rowOf(camera: Camera, depth: number, x: number, y: number, z: number): number {
  const { position } = camera.pose;
  const { down } = camera;
  const along = down.x * (x - position.x) + down.y * (y - position.y) + down.z * (z - position.z);
  return camera.height / 2 + (camera.focal * along) / depth;
}

/**
 * The mapping from the image to the plane `origin` + u `axisU` + v `axisV`: the ray through a pixel is
 * M (u, v, 1) with M = [axisU axisV origin - camera], so (u, v, w) = M^-1 ray, and the ray is affine in (x, y).
 */
export function planeMapping(camera: Camera, origin: Vector, axisU: Vector, axisV: Vector): PlaneMapping {
  const { position } = camera.pose;
  const offset = { x: origin.x - position.x, y: origin.y - position.y, z: origin.z - position.z };
  // rows of M^-1, up to the common factor 1 / det that cancels in u / w and v / w
  const rowU = cross(axisV, offset);
  const rowV = cross(offset, axisU);
  const rowW = cross(axisU, axisV);
  const { right, down } = camera;
  const corner = rayThrough(camera, 0, 0);
  return {
    ux: dot(rowU, right),
    uy: dot(rowU, down),
    u0: dot(rowU, corner),
    vx: dot(rowV, right),
    vy: dot(rowV, down),
    v0: dot(rowV, corner),
    wx: dot(rowW, right),
    wy: dot(rowW, down),
    w0: dot(rowW, corner),
  };
}

/** Direction (not normalised: depth = focal) of the ray through image point (x, y). */
export function rayThrough(
  { right, down, forward, focal, width, height }: Camera,
  x: number,
  y: number,
): Vector {
  const across = x - width / 2;
  const along = y - height / 2;
  return {
    x: forward.x * focal + right.x * across + down.x * along,
    y: forward.y * focal + right.y * across + down.y * along,
    z: forward.z * focal + right.z * across + down.z * along,
  };
}

export function dot(a: Vector, b: Vector): number {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

export function cross(a: Vector, b: Vector): Vector {
  return { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x };
}
