import type { OrtRuntime } from '../engine/ort/binding.js';
import { convLayers } from './graph/conv-layers.js';
import { timeGraphs } from './measure/time-graphs.js';
import { graphKinds, type Prepared } from './prepare.js';
import { applyRecipe, type Recipe } from './recipe.js';

/** Share of a graph's time that leaving a layer in float must save. */
const worthwhile = 0.03;

/**
 * Layers that this processor runs faster in float than in 8 bits, conversions included: each is timed in float beside the graph with all
 * in 8 bits. onnxruntime's 8-bit kernel gathers its input pixel by pixel, which is dear with three channels.
 */
export function findSlowLayers(
  runtime: OrtRuntime,
  prepared: Prepared,
  recipe: Recipe,
  keepFloat: ReadonlySet<string>,
  rounds = 40,
): string[] {
  const plain = { ...recipe, biasCorrection: false }; // does not change the time
  return graphKinds.flatMap((kind) => {
    const names = convLayers(prepared.plain[kind].graph)
      .map(({ name }) => `${kind}/${name}`)
      .filter((name) => !keepFloat.has(name));
    const graphs = [null, ...names].map(
      (name) =>
        applyRecipe(
          runtime,
          prepared,
          plain,
          'int8-cpu',
          new Set([...keepFloat, ...(name === null ? [] : [name])]),
        )[kind],
    );
    const outputs = prepared.plain[kind].graph.outputs.map(({ name }) => name);
    const [all = 0, ...without] = timeGraphs(runtime, graphs, prepared.feeds[kind][0]!, outputs, { rounds });
    return names.filter((_, index) => without[index]! < (1 - worthwhile) * all);
  });
}
