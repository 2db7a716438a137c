import type { Network } from '../../core/model/network.js';
import { openOnnxNetwork } from '../../runtime/inference/onnx-network.js';

/** What the mining workers import: training names no runtime, the command line does. */
export function openNetwork(modelDir: string): Promise<Network> {
  return openOnnxNetwork(modelDir);
}
