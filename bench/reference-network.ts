import type { Graph } from '../src/training/onnx/graph.js';
import type { Value } from '../src/training/onnx/graph-writer.js';
import type { RandomLayers, RandomNetwork } from './random-layers.js';

/** Multiply-adds of NanoTrackV2's search pass at 255x255, as its authors give them. */
export const nanoTrackMultiplyAdds = 84.6e6;

/** Inverted residual of MobileNetV3-small: kernel, expanded width, output width, hard swish, stride (Howard et al. 2019, table 2). */
type Block = readonly [kernel: number, expanded: number, out: number, hardSwish: boolean, stride: number];

const blocks: readonly Block[] = [
  [3, 16, 16, false, 2],
  [3, 72, 24, false, 2],
  [3, 88, 24, false, 1],
  [5, 96, 40, true, 2],
  [5, 240, 40, true, 1],
  [5, 240, 40, true, 1],
  [5, 120, 48, true, 1],
  [5, 144, 48, true, 1],
];

/** Depthwise-separable layers in each of the two towers of the head, and their width. */
const tower = { layers: 6, channels: 96, kernel: 5 } as const;

/**
 * A network of NanoTrackV2's size and kind: MobileNetV3-small to stride 16, pixel-wise correlation, two
 * depthwise-separable towers. Random weights: it is the yardstick for time, under the same runtime on the same core.
 */
export const referenceNetwork: RandomNetwork = {
  name: 'reference',
  backbone(graph, layers, pixels) {
    let x = graph.hardSwish(layers.conv(pixels, 16, { stride: 2 }));
    for (const block of blocks) x = invertedResidual(graph, layers, x, block);
    return x;
  },
  head(graph, layers, maps, features) {
    const mixed = graph.relu(layers.conv(graph.concat([maps, features], 1), tower.channels, { kernel: 1 }));
    const [classes, boxes] = [separableTower(graph, layers, mixed), separableTower(graph, layers, mixed)];
    return {
      scores: layers.conv(classes, 1, { kernel: 1 }),
      distances: layers.conv(boxes, 4, { kernel: 1 }),
    };
  },
};

function invertedResidual(
  graph: Graph,
  layers: RandomLayers,
  x: Value,
  [kernel, expanded, out, hardSwish, stride]: Block,
): Value {
  const activate = hardSwish ? graph.hardSwish : graph.relu;
  const wide = expanded === x.shape[1] ? x : activate(layers.conv(x, expanded, { kernel: 1 }));
  const filtered = activate(layers.conv(wide, expanded, { kernel, stride, depthwise: true }));
  const narrow = layers.conv(filtered, out, { kernel: 1 });
  return stride === 1 && x.shape[1] === out ? graph.add(x, narrow) : narrow;
}

function separableTower(graph: Graph, layers: RandomLayers, x: Value): Value {
  const { channels, kernel } = tower;
  let y = x;
  for (let i = 0; i < tower.layers; i += 1) {
    y = graph.relu(layers.conv(y, channels, { kernel, depthwise: true }));
    y = graph.relu(layers.conv(y, channels, { kernel: 1 }));
  }
  return y;
}
