import type { OrtRuntime } from '../../engine/ort/binding.js';
import { convLayers } from '../graph/conv-layers.js';
import { type ModelGraph, writeGraph } from '../graph/model-graph.js';
import { quantizedTensors } from '../qdq/insert-qdq.js';
import { type Feed, openGraphSession } from '../session/graph-session.js';
import { count, emptyHistogram, extendRange, type Histogram, type Range } from './histogram.js';

/** One run's inputs. */
export type Feeds = Readonly<Record<string, Feed>>;

/** What a float graph's tensors held over all runs. */
export interface Observation {
  /** Of every tensor a quantized layer reads or makes. */
  readonly histograms: ReadonlyMap<string, Histogram>;
  /** Greatest value of every channel behind each convolution (and its Relu), by the layer's name. */
  readonly channelPeaks: ReadonlyMap<string, Float32Array>;
}

/** Runs the graph twice over everything: for the ranges, then for the histograms. @throws TrainingError for NaN and infinity. */
export function observe(runtime: OrtRuntime, model: ModelGraph, runs: readonly Feeds[]): Observation {
  const tensors = quantizedTensors(model);
  const layers = convLayers(model);
  using session = openGraphSession(runtime, writeGraph(model, tensors), model.graphName);
  const ranges = new Map<string, Range>(tensors.map((name) => [name, { low: 0, high: 0 }]));
  const channelPeaks = new Map(layers.map(({ name, weight }) => [name, new Float32Array(weight.shape[0]!)]));
  for (const feeds of runs) {
    const found = session.run(feeds, tensors);
    for (const name of tensors) ranges.set(name, extendRange(ranges.get(name)!, found[name]!, name));
    for (const { name, output } of layers) raisePeaks(channelPeaks.get(name)!, found[output]!);
  }
  const histograms = new Map(tensors.map((name) => [name, emptyHistogram(ranges.get(name)!)]));
  for (const feeds of runs) {
    const found = session.run(feeds, tensors);
    for (const name of tensors) count(found[name]!, histograms.get(name)!);
  }
  return { histograms, channelPeaks };
}

function raisePeaks(peaks: Float32Array, values: Float32Array): void {
  const plane = values.length / peaks.length;
  for (let channel = 0; channel < peaks.length; channel += 1) {
    let peak = peaks[channel]!;
    for (let index = channel * plane; index < (channel + 1) * plane; index += 1) {
      const size = Math.abs(values[index]!);
      if (size > peak) peak = size;
    }
    peaks[channel] = peak;
  }
}
