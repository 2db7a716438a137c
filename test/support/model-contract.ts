import type { ModelContract } from '../../src/core/model/contract.js';

/** A contract with the project's usual sizes; hashes of nothing. */
export function modelContract(overrides: Partial<ModelContract> = {}): ModelContract {
  return {
    format: 'tagalong-model/1',
    name: 'scripted',
    template: { file: 'template.onnx', sha256: '0'.repeat(64), cropSize: 127, features: [8, 8, 8] },
    search: { file: 'search.onnx', sha256: '0'.repeat(64), cropSize: 255 },
    response: { size: 16, stride: 16, offset: 8 },
    context: 0.5,
    normalisation: { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] },
    precision: 'fp32',
    cost: { parameters: 1, multiplyAdds: 1 },
    training: { method: 'none', engine: 'none', seed: 0, pairs: 0, finished: '2026-01-01' },
    ...overrides,
  };
}
