import type { ModelContract } from '../../../src/core/model/contract.js';
import type { Network } from '../../../src/core/model/network.js';
import { modelContract } from '../../support/model-contract.js';

const [templateSize, searchSize, stride, size] = [64, 192, 8, 17];

/** Of a network in the shape of the background-discrimination model: one unit vector a template, one cosine a place. */
export const colourContract: ModelContract = modelContract({
  template: { file: 'embed.onnx', sha256: '0'.repeat(64), cropSize: templateSize, features: [6, 1, 1] },
  search: { file: 'embed-search.onnx', sha256: '0'.repeat(64), cropSize: searchSize },
  response: { size, stride, offset: templateSize / 2 },
});

/** A background-discrimination model that knows colours: the object's in the middle half, and what is around it. */
export function colourNetwork(): Network {
  const scores = new Float32Array(size ** 2);
  const distances = new Float32Array(4 * size ** 2).fill(templateSize / 4);
  return {
    contract: colourContract,
    embed: (crop) => {
      const data = colourAt(crop, templateSize, templateSize / 2, templateSize / 2);
      return Promise.resolve({ data, shape: [6, 1, 1] });
    },
    respond: ({ data }, crop) => {
      for (let cell = 0; cell < scores.length; cell += 1) {
        const x = templateSize / 2 + (cell % size) * stride;
        const y = templateSize / 2 + Math.floor(cell / size) * stride;
        const colour = colourAt(crop, searchSize, x, y);
        scores[cell] = 0.5 + 0.5 * colour.reduce((sum, value, i) => sum + value * data[i]!, 0);
      }
      return Promise.resolve({ size, scores, distances });
    },
    dispose: () => Promise.resolve(),
  };
}

/** Unit vector of the colours (against grey) of the half-size square around (x, y) and of the ring to the full size, of a CHW crop. */
function colourAt(crop: Uint8Array, side: number, x: number, y: number): Float32Array {
  const sums = [0, 0, 0, 0, 0, 0];
  const counts = [0, 0];
  const half = templateSize / 2;
  for (let row = Math.max(0, y - half); row < Math.min(side, y + half); row += 1) {
    for (let column = Math.max(0, x - half); column < Math.min(side, x + half); column += 1) {
      const away = Math.max(Math.abs(row + 0.5 - y), Math.abs(column + 0.5 - x));
      const ring = away > half / 2 ? 1 : 0;
      counts[ring]! += 1;
      for (let channel = 0; channel < 3; channel += 1)
        sums[3 * ring + channel]! += crop[channel * side * side + row * side + column]! - 100;
    }
  }
  const means = sums.map((sum, i) => sum / Math.max(1, counts[i < 3 ? 0 : 1]!));
  const length = Math.hypot(...means) || 1;
  return Float32Array.from(means, (value) => value / length);
}
