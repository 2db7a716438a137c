import type { EdgeMap } from './edge-map.js';

/** Edge pixels gathered into short, nearly straight contour pieces, and how well neighbouring pieces continue each other. */
export interface EdgeGroups {
  readonly count: number;
  /** Group of every pixel, -1 off the edges. */
  readonly label: Int32Array;
  /** Sum of edge strength of each group. */
  readonly mass: Float32Array;
  /** Rounded mean position, pixels. */
  readonly column: Int32Array;
  readonly row: Int32Array;
  /** Neighbours of group g: `neighbour[i]`, `affinity[i]` for i in start[g] .. start[g + 1] - 1. */
  readonly start: Int32Array;
  readonly neighbour: Int32Array;
  readonly affinity: Float32Array;
}

/**
 * Edge groups and affinities of Edge Boxes (Zitnick & Dollar 2014, section 3.1): 8-connected edge pixels are joined until the
 * sum of their orientation differences exceeds pi/2; a(i, j) = |cos(t_i - t_ij) cos(t_j - t_ij)|^2 between groups whose pixels lie within
 * two pixels, t the mean orientations along the contour and t_ij that between the mean positions.
 */
export function groupEdges(edges: EdgeMap, { minMass = 0.8, minAffinity = 0.1 } = {}): EdgeGroups {
  const { label, count: all } = traceGroups(edges);
  const moments = collectMoments(edges, label, all);
  const keep = renumber(label, moments.mass, all, minMass);
  const count = keep.length;
  const pick = (values: Float32Array): Float32Array => Float32Array.from(keep, (old) => values[old]!);
  const mass = pick(moments.mass);
  const x = pick(moments.x);
  const y = pick(moments.y);
  const tangent = pick(moments.tangent);
  const lists = findNeighbours(label, edges.width, edges.height, count);
  const start = new Int32Array(count + 1);
  const neighbour: number[] = [];
  const affinity: number[] = [];
  for (let i = 0; i < count; i++) {
    for (const j of lists[i]!) {
      const between = Math.atan2(y[j]! - y[i]!, x[j]! - x[i]!);
      const product = Math.cos(tangent[i]! - between) * Math.cos(tangent[j]! - between);
      if (product * product < minAffinity) continue;
      neighbour.push(j);
      affinity.push(product * product);
    }
    start[i + 1] = neighbour.length;
  }
  return {
    count,
    label,
    mass,
    column: Int32Array.from(x, Math.round),
    row: Int32Array.from(y, Math.round),
    start,
    neighbour: Int32Array.from(neighbour),
    affinity: Float32Array.from(affinity),
  };
}

/** Greedy growth: always the unassigned neighbour of the group that turns least. */
function traceGroups({ width, height, strength, cos2, sin2 }: EdgeMap): { label: Int32Array; count: number } {
  const label = new Int32Array(width * height).fill(-1);
  const offsets = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
  // a group rarely has more open neighbours; the rest starts groups of its own
  const capacity = 32;
  const frontier = new Int32Array(capacity);
  const agreement = new Float32Array(capacity);
  let count = 0;
  for (let seed = 0; seed < label.length; seed++) {
    if (strength[seed] === 0 || label[seed] !== -1) continue;
    const group = count++;
    let pixel = seed;
    let turned = 0;
    let open = 0;
    for (;;) {
      label[pixel] = group;
      // edges never touch the picture's border, so neighbours exist
      for (let k = 0; k < 8; k++) {
        const next = pixel + offsets[k]!;
        if (strength[next] === 0 || label[next] !== -1 || open === capacity) continue;
        frontier[open] = next;
        agreement[open++] = cos2[next]! * cos2[pixel]! + sin2[next]! * sin2[pixel]!; // cosine of twice the turn
      }
      let best = -1;
      for (let i = open - 1; i >= 0; i--) {
        if (label[frontier[i]!] !== -1) {
          // taken meanwhile: the last entry moves here
          open--;
          frontier[i] = frontier[open]!;
          agreement[i] = agreement[open]!;
          if (best === open) best = i;
        } else if (best < 0 || agreement[i]! > agreement[best]!) best = i;
      }
      if (best < 0) break;
      turned += Math.acos(Math.max(-1, Math.min(1, agreement[best]!))) / 2;
      if (turned > Math.PI / 2) break;
      pixel = frontier[best]!;
    }
  }
  return { label, count };
}

function collectMoments({ width, strength, cos2, sin2 }: EdgeMap, label: Int32Array, count: number) {
  const mass = new Float32Array(count);
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  const cos = new Float32Array(count);
  const sin = new Float32Array(count);
  for (let i = 0; i < label.length; i++) {
    const group = label[i]!;
    if (group < 0) continue;
    const m = strength[i]!;
    mass[group]! += m;
    x[group]! += m * (i % width);
    y[group]! += m * Math.floor(i / width);
    cos[group]! += m * cos2[i]!;
    sin[group]! += m * sin2[i]!;
  }
  const tangent = new Float32Array(count);
  for (let g = 0; g < count; g++) {
    x[g]! /= mass[g]!;
    y[g]! /= mass[g]!;
    tangent[g] = Math.atan2(sin[g]!, cos[g]!) / 2 + Math.PI / 2;
  }
  return { mass, x, y, tangent };
}

/** Drops groups lighter than `minMass` from the labels; answers the old numbers of those kept. */
function renumber(label: Int32Array, mass: Float32Array, count: number, minMass: number): number[] {
  const fresh = new Int32Array(count).fill(-1);
  const keep: number[] = [];
  for (let g = 0; g < count; g++) {
    if (mass[g]! >= minMass) fresh[g] = keep.push(g) - 1;
  }
  for (let i = 0; i < label.length; i++) if (label[i]! >= 0) label[i] = fresh[label[i]!]!;
  return keep;
}

/** Groups with pixels within two pixels of each other. */
function findNeighbours(label: Int32Array, width: number, height: number, count: number): number[][] {
  const lists = Array.from({ length: count }, (): number[] => []);
  const offsets: number[] = [1, 2];
  for (let dy = 1; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) offsets.push(dy * width + dx);
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2, i = y * width + 2; x < width - 2; x++, i++) {
      const group = label[i]!;
      if (group < 0) continue;
      for (const offset of offsets) {
        const other = label[i + offset]!;
        if (other < 0 || other === group) continue;
        if (!lists[group]!.includes(other)) {
          lists[group]!.push(other);
          lists[other]!.push(group);
        }
      }
    }
  }
  return lists;
}
