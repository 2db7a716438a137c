import type { RandomNetwork } from './random-layers.js';

/** The shape of models/nano with random weights: what is measured where no model has been trained yet. */
export const randomNano: RandomNetwork = {
  name: 'random-nano',
  backbone(graph, layers, pixels) {
    let x = pixels;
    for (const channels of [16, 32, 64, 96]) x = graph.relu(layers.conv(x, channels, { stride: 2 }));
    for (const channels of [96, 96]) x = graph.relu(layers.conv(x, channels));
    return x;
  },
  head(graph, layers, maps, features) {
    let x = graph.relu(layers.conv(graph.concat([maps, features], 1), 48, { kernel: 1 }));
    for (const channels of [48, 48]) x = graph.relu(layers.conv(x, channels));
    return { scores: layers.conv(x, 1), distances: layers.conv(x, 4) };
  },
};
