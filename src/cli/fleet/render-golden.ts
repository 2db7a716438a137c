import { FleetError } from '../../core/errors.js';
import type { Box } from '../../core/geometry/box.js';
import { createSimulation } from '../../core/simulation/simulation.js';
import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import type { Golden } from '../../fleet/bundle/golden.js';
import { followGolden, type GoldenClip } from '../../fleet/bundle/golden-clip.js';
import { openOnnxNetwork } from '../../runtime/inference/onnx-network.js';

/** A calm scene: a model that loses the target here follows nothing. */
const clip: GoldenClip = {
  simulation: {
    seed: 7,
    size: { width: 480, height: 270 },
    scenario: 'calm',
    format: 'yuv420p',
    noise: 2,
    blur: 0.5,
  },
  fps: 30,
};

const frames = 30;

/** int8 and fp16 on other processors answer otherwise by a pixel or two; a model that does not run answers nothing like it. */
const tolerance: Golden['tolerance'] = { overlap: 0.6, share: 0.9 };

/**
 * Lets the model follow the golden clip here, on the CPU: its answers are what a device is to give.
 * @throws FleetError when it loses the target: it is not fit to be published.
 */
export async function renderGolden(model: string, signal?: AbortSignal): Promise<Golden> {
  const network = await openOnnxNetwork(model, { ...(signal && { signal }) });
  try {
    const selection = createSimulation(clip.simulation).truth().box;
    if (!selection) throw new FleetError('golden clip: no target in its first frame');
    const answers = await followGolden(createSiameseTracker(network), { ...clip, selection }, frames, {
      ...(signal && { signal }),
    });
    const expected = answers.map((box, index) => {
      if (box) return rounded(box);
      throw new FleetError(`model "${model}": loses the target of the golden clip in frame ${index + 1}`);
    });
    return { format: 'tagalong-golden/1', ...clip, selection: rounded(selection), expected, tolerance };
  } finally {
    await network.dispose();
  }
}

/** To a hundredth of a pixel: the same model gives the same bundle. */
function rounded({ cx, cy, width, height }: Box): Box {
  const [x, y, w, h] = [cx, cy, width, height].map((value) => Math.round(value * 100) / 100);
  return { cx: x!, cy: y!, width: w!, height: h! };
}
