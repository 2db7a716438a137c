/**
 * Chooses `count` of the points so that every other lies near one of them: each next is the one furthest from all chosen so far
 * (Gonzalez 1985, greedy k-centre); the first is the one furthest from the mean. Indices, in the order chosen.
 */
export function chooseSpread(points: readonly Float32Array[], count: number): number[] {
  const [first] = points;
  if (!first) return [];
  const mean = new Float32Array(first.length);
  for (const point of points)
    for (let axis = 0; axis < mean.length; axis += 1) mean[axis]! += point[axis]! / points.length;
  const distances = Float64Array.from(points, (point) => squaredDistance(point, mean));
  const chosen = [furthest(distances)];
  distances.fill(Infinity);
  while (chosen.length < Math.min(count, points.length)) {
    const newest = points[chosen.at(-1)!]!;
    for (const [index, point] of points.entries()) {
      distances[index] = Math.min(distances[index]!, squaredDistance(point, newest));
    }
    for (const index of chosen) distances[index] = -1;
    chosen.push(furthest(distances));
  }
  return chosen;
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis += 1) sum += (a[axis]! - b[axis]!) ** 2;
  return sum;
}

function furthest(distances: Float64Array): number {
  let best = 0;
  for (const [index, distance] of distances.entries()) if (distance > distances[best]!) best = index;
  return best;
}
