import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { openOnnxNetwork } from '../../../src/runtime/inference/onnx-network.js';
import { readGraph, writeGraph } from '../../../src/training/quantize/graph/model-graph.js';
import type { QuantizationReport } from '../../../src/training/quantize/index.js';
import { tinySearchGraph, writeTinyModel } from '../../runtime/inference/tiny-model.js';
import { tagalong } from '../../support/command-line.js';
import { movingSquare, writeSequence } from '../../training/evaluate/helpers/scripted.js';
import { makeRenderedStore, type RenderedStore, writePng } from '../../support/rendered-store.js';
import { packedFrame } from '../../../src/core/image/frame.js';

const test = anyTest as TestFn<{ store: RenderedStore; model: string }>;

test.before(async (t) => {
  const store = await makeRenderedStore();
  t.context = { store, model: join(store.scratch, 'model') };
  await mkdir(t.context.model);
  await writeTinyModel(t.context.model);
});

test.after.always((t) => t.context.store.remove());

test('a model is written in both forms with card, report and frames, and again from the frames alone', async (t) => {
  const { store, model } = t.context;
  const out = join(store.scratch, 'int8');
  const crops = ['--calibrate-crops', '6', '--check-crops', '4', '--no-time-layers'];
  const { code, stdout, stderr } = await tagalong(
    ...['quantize', model, '--calibration', store.dir, '--out', out, ...crops],
  );
  t.is(code, 0, stderr);
  t.regex(stdout, /peak within 1 cell of fp32/);
  t.regex(stdout, /BatchNorm folded: none/);

  const crop = Uint8Array.from({ length: 3 * 32 * 32 }, (_, index) => (index * 37) & 255);
  const answer = async (dir: string): Promise<{ precision: string; scores: Float32Array }> => {
    const network = await openOnnxNetwork(dir);
    const features = await network.embed(crop.subarray(0, 3 * 16 * 16));
    const { scores } = await network.respond(features, crop);
    const copy = scores.slice();
    await network.dispose();
    return { precision: network.contract.precision, scores: copy };
  };
  const float = await answer(model);
  for (const [dir, precision] of [
    [out, 'int8-cpu'],
    [join(out, 'trt'), 'int8-trt'],
  ] as const) {
    const found = await answer(dir);
    t.is(found.precision, precision);
    for (const [cell, score] of found.scores.entries()) t.true(Math.abs(score - float.scores[cell]!) < 0.1);
    t.regex(await readFile(join(dir, 'card.md'), 'utf8'), /tagalong quantize .* --calibration FOOTAGE/);
  }
  const report = JSON.parse(await readFile(join(out, 'quantization.json'), 'utf8')) as QuantizationReport;
  t.deepEqual(
    report.columns.map(({ name }) => name),
    ['fp32', 'int8-cpu', 'int8-trt'],
  );
  t.deepEqual(
    report.sensitivity.map(({ layer }) => layer),
    ['template/conv_0', 'search/conv_0'],
  );

  const again = join(store.scratch, 'again');
  const frames = join(out, 'frames.yaml');
  const rerun = await tagalong(
    ...[
      'quantize',
      model,
      '--calibration',
      store.dir,
      '--frames',
      frames,
      '--out',
      again,
      '--no-time-layers',
    ],
  );
  t.is(rerun.code, 0, rerun.stderr);
  t.deepEqual(await readFile(join(again, 'search.onnx')), await readFile(join(out, 'search.onnx')));

  const other = (await readFile(frames, 'utf8')).replace(/"sha256":"...../, '"sha256":"00000');
  await writeFile(frames, other);
  const refused = await tagalong(
    ...['quantize', model, '--calibration', store.dir, '--frames', frames, '--out', again],
  );
  t.is(refused.code, 1);
  t.regex(refused.stderr, /other pixels than the frame list was made of/);

  const twice = await tagalong('quantize', out, '--calibration', store.dir, '--out', again);
  t.is(twice.code, 2);
  t.regex(twice.stderr, /is int8-cpu already/);
});

test('fine-tuned, with the AUC of each layer: what it came to is printed, and stands on the card of both forms and in the report', async (t) => {
  const { store, model } = t.context;
  const out = join(store.scratch, 'tuned');
  const crops = ['--calibrate-crops', '12', '--check-crops', '4', '--no-time-layers', '--calibrator', 'mse'];
  const data = join(store.scratch, 'sequences');
  await writeSequence(data, 'a', movingSquare(6));
  const scored = ['--sequences', data, '--layer-auc'];
  const { code, stdout, stderr } = await tagalong(
    ...[
      'quantize',
      model,
      '--calibration',
      store.dir,
      '--out',
      out,
      ...crops,
      ...scored,
      '--fine-tune',
      '10',
    ],
  );
  t.is(code, 0, stderr);
  t.regex(stdout, /int8-cpu fine-tuned, 10 steps a layer: \d of \d layers gained/);
  for (const dir of [out, join(out, 'trt')])
    t.regex(await readFile(join(dir, 'card.md'), 'utf8'), /int8-trt fine-tuned.*: (kept|left)/);
  t.regex(await readFile(join(out, 'card.md'), 'utf8'), /error of the score \| AUC \|/);
  const report = JSON.parse(await readFile(join(out, 'quantization.json'), 'utf8')) as QuantizationReport;
  for (const { layer, auc } of report.sensitivity) t.true(auc !== null && auc >= 0 && auc <= 1, layer);
  for (const tuning of Object.values(report.fineTuning)) {
    t.is(tuning!.steps, 10);
    t.true(tuning!.gains.length > 0);
    for (const { before, after } of tuning!.gains) t.true(after <= before);
  }
});

test('an operator that the pass does not know stays in float, and is named', async (t) => {
  const { store } = t.context;
  const [model, out] = [join(store.scratch, 'strange'), join(store.scratch, 'strange-int8')];
  const graph = readGraph(tinySearchGraph(), 'search.onnx');
  const twiceNegated = ['scores_once', 'scores'].map((output, index) => ({
    ...{ operator: 'Neg', name: `strange_${index}`, domain: '', attributes: {} },
    ...{ inputs: [index === 0 ? 'scores_raw' : 'scores_once'], outputs: [output] },
  }));
  const renamed = graph.nodes.map((node) => ({
    ...node,
    outputs: node.outputs.map((name) => (name === 'scores' ? 'scores_raw' : name)),
  }));
  await mkdir(model);
  await writeTinyModel(model, { search: writeGraph({ ...graph, nodes: [...renamed, ...twiceNegated] }) });

  const crops = ['--calibrate-crops', '4', '--check-crops', '4', '--no-time-layers'];
  const { code, stdout, stderr } = await tagalong(
    ...['quantize', model, '--calibration', store.dir, '--out', out, ...crops],
  );
  t.is(code, 0, stderr);
  t.regex(stdout, /operator not known to the pass, left in float: Neg search\/strange_0/);
  const nodes = readGraph(await readFile(join(out, 'search.onnx')), 'out').nodes;
  t.is(nodes.filter(({ operator }) => operator === 'Neg').length, 2);
});

test('16 bits need no footage', async (t) => {
  const { store, model } = t.context;
  const out = join(store.scratch, 'fp16');
  const { code, stdout, stderr } = await tagalong('quantize', model, '--precision', 'fp16', '--out', out);
  t.is(code, 0, stderr);
  t.regex(stdout, /tiny-fp16 written to/);
  const network = await openOnnxNetwork(out);
  t.is(network.contract.precision, 'fp16');
  await network.dispose();
});

test('black footage, an empty folder and no footage are told, with exit code 2', async (t) => {
  const { store, model } = t.context;
  const [empty, black] = [join(store.scratch, 'empty'), join(store.scratch, 'black')];
  await mkdir(empty);
  await mkdir(black);
  const size = { width: 96, height: 64 };
  for (const index of [1, 2, 3, 4]) {
    await writePng(
      join(black, `${index}.png`),
      packedFrame('rgb24', size, new Uint8Array(3 * 96 * 64), { sequence: 0 }),
    );
  }
  const run = (...args: string[]) => tagalong('quantize', model, '--out', join(store.scratch, 'x'), ...args);
  const cases: readonly (readonly [string[], RegExp])[] = [
    [[], /quantize needs --calibration DIR/],
    [['--calibration', empty], /no videos or images below/],
    [['--calibration', black], /nothing to see in 4 clips/],
    [
      ['--calibration', store.dir, '--calibrator', 'best'],
      /--calibrator "best": must be one of auto, min-max/,
    ],
    [['--calibration', store.dir, '--layer-auc'], /--layer-auc needs --sequences DIR/],
    [['--calibration', store.dir, '--frames', '/nowhere.yaml'], /--frames "\/nowhere.yaml": cannot be read/],
  ];
  for (const [args, complaint] of cases) {
    const { code, stderr } = await run(...args);
    t.regex(stderr, complaint);
    t.is(code, 2, stderr);
  }
});

test('a model without contract is refused', async (t) => {
  const { store } = t.context;
  const bare = join(store.scratch, 'bare');
  await mkdir(bare);
  const { code, stderr } = await tagalong('quantize', bare, '--calibration', store.dir, '--out', bare);
  t.is(code, 1);
  t.regex(stderr, /contract\.json is missing: ".*" is not a complete model folder/);
});
