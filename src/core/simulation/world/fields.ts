import type { Random } from '../../random.js';
import { worldSize } from './extent.js';

/** Filled by {@link Fields.sample}: colour, the strength of the fine detail (0..255), and how far the answer reaches. */
export interface FieldSample {
  red: number;
  green: number;
  blue: number;
  rough: number;
  /** Number of the field. */
  field: number;
  /** How much farther the next field's middle is than this one's, metres: 0 on the border. */
  border: number;
}

/** A patchwork of fields: cells of a jittered grid (Voronoi), with grass margins and dirt tracks between them. */
export interface Fields {
  sample(x: number, y: number, out: FieldSample): void;
  /** Like `sample` where `out.field` is known to be the nearest and its border far: just the crop. */
  sampleInside(x: number, y: number, out: FieldSample): void;
}

interface Field {
  readonly x: number;
  readonly y: number;
  readonly crop: Crop;
  readonly tone: number;
  /** Direction across the rows, scaled to table steps per metre. */
  readonly acrossX: number;
  readonly acrossY: number;
}

interface Crop {
  readonly colour: readonly [number, number, number];
  /** Metres between rows, and how much darker they are between. */
  readonly row: number;
  readonly depth: number;
  readonly rough: number;
}

const crops: readonly Crop[] = [
  { colour: [108, 128, 66], row: 1, depth: 0, rough: 190 },
  { colour: [96, 120, 62], row: 2.8, depth: 0.07, rough: 190 },
  { colour: [174, 158, 98], row: 1.6, depth: 0.12, rough: 140 },
  { colour: [134, 108, 80], row: 1.3, depth: 0.2, rough: 200 },
  { colour: [84, 112, 54], row: 1.9, depth: 0.22, rough: 180 },
  { colour: [166, 162, 74], row: 4, depth: 0.06, rough: 150 },
  { colour: [122, 132, 76], row: 5.5, depth: 0.09, rough: 200 },
];

/** Tracks and margins end here, see FieldSample.border. */
export const marginEnd = 4.5;
const perSide = 8;
const cell = worldSize / perSide;
const tableSize = 256;

export function createFields(random: Random): Fields {
  const fields = Array.from({ length: perSide * perSide }, (_, i) => plant(random, i));
  // one period of the row profile: a flat ridge with a furrow
  const furrow = Float32Array.from({ length: tableSize }, (_, i) => {
    const wave = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / tableSize);
    return wave * wave;
  });
  return {
    sample(x, y, out) {
      const column = Math.floor(x / cell);
      const row = Math.floor(y / cell);
      let nearest = 0;
      let [first, second] = [Infinity, Infinity];
      for (let j = row - 1; j <= row + 1; j++) {
        for (let i = column - 1; i <= column + 1; i++) {
          const index = (j & (perSide - 1)) * perSide + (i & (perSide - 1));
          const field = fields[index]!;
          const dx = x - (i + field.x) * cell;
          const dy = y - (j + field.y) * cell;
          const squared = dx * dx + dy * dy;
          if (squared < first) {
            second = first;
            first = squared;
            nearest = index;
          } else if (squared < second) second = squared;
        }
      }
      out.field = nearest;
      out.border = Math.sqrt(second) - Math.sqrt(first);
      if (out.border < marginEnd) paintMargin(out);
      else paintCrop(fields[nearest]!, furrow, { x, y, out });
    },
    sampleInside(x, y, out) {
      paintCrop(fields[out.field]!, furrow, { x, y, out });
    },
  };
}

/** Ruts, the grass between them, the margin of the field. */
function paintMargin(out: FieldSample): void {
  const track = out.border < 2;
  const ruts = out.border > 0.5 && out.border < 1.5;
  out.red = ruts ? 152 : track ? 112 : 98;
  out.green = ruts ? 136 : 116;
  out.blue = ruts ? 104 : track ? 72 : 62;
  out.rough = track ? 190 : 230;
}

function paintCrop(
  { crop, tone, acrossX, acrossY }: Field,
  furrow: Float32Array,
  { x, y, out }: { x: number; y: number; out: FieldSample },
): void {
  const phase = Math.floor(x * acrossX + y * acrossY) & (tableSize - 1);
  const light = tone * (1 - crop.depth * furrow[phase]!);
  out.red = crop.colour[0] * light;
  out.green = crop.colour[1] * light;
  out.blue = crop.colour[2] * light;
  out.rough = crop.rough;
}

function plant(random: Random, index: number): Field {
  const crop = crops[(index * 5 + random.below(3)) % crops.length]!;
  const angle = random.uniform(0, Math.PI);
  return {
    x: random.uniform(0.15, 0.85),
    y: random.uniform(0.15, 0.85),
    crop,
    tone: random.uniform(0.92, 1.06),
    acrossX: (Math.cos(angle) * tableSize) / crop.row,
    acrossY: (Math.sin(angle) * tableSize) / crop.row,
  };
}
