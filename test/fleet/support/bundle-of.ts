import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of a bundle of a shipped model, with a golden clip of one frame. */
export async function bundleOf(model: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of ['contract.json', 'card.md', 'template.onnx', 'search.onnx']) {
    files.set(name, await readFile(join('models', model, name)));
  }
  files.set('LICENSE', await readFile('LICENSE'));
  files.set('provenance.json', json(provenance(model)));
  files.set('golden.json', json(golden));
  return files;
}

const provenance = (model: string): unknown => ({
  format: 'tagalong-provenance/1',
  model,
  dataManifest: null,
  commit: null,
  seed: 1,
  method: 'test',
  engine: 'test',
  finished: '2026-11-22',
  packedBy: '0.1.0',
});

const golden: unknown = {
  format: 'tagalong-golden/1',
  simulation: {
    seed: 1,
    size: { width: 320, height: 180 },
    scenario: 'calm',
    format: 'yuv420p',
    noise: 2,
    blur: 0.5,
  },
  fps: 30,
  selection: { cx: 160, cy: 90, width: 20, height: 12 },
  expected: [{ cx: 160, cy: 90, width: 20, height: 12 }],
  tolerance: { overlap: 0.5, share: 0.9 },
};

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value, null, 2));
}
