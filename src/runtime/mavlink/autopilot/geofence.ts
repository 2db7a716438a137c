/** Degrees. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** Mean radius of the earth, m (IUGG). */
const earthRadius = 6_371_009;

/** Metres over ground, great circle (haversine). */
export function distanceBetween(a: Position, b: Position): number {
  const radians = Math.PI / 180;
  const north = ((b.latitude - a.latitude) * radians) / 2;
  const east = ((b.longitude - a.longitude) * radians) / 2;
  const h =
    Math.sin(north) ** 2 +
    Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * Math.sin(east) ** 2;
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(h)));
}
