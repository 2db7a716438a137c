import test from 'ava';
import type { TemplateFeatures } from '../../../../src/core/model/network.js';
import {
  TemplateMemory,
  type TemplateMemoryOptions,
} from '../../../../src/core/tracking/siamese/template-memory.js';

const view = (...data: number[]): TemplateFeatures => ({
  data: Float32Array.from(data),
  shape: [data.length, 1, 1],
});

const memoryOf = (options: Partial<TemplateMemoryOptions> = {}): TemplateMemory =>
  new TemplateMemory(view(1, 0, 0), { weight: 0.5, rate: 0.5, slots: 2, diversity: 0.8, ...options });

const near = (memory: TemplateMemory, ...expected: number[]): boolean =>
  expected.every((value, i) => Math.abs(memory.template.data[i]! - value) < 1e-6);

test('before any view, and without weight, the network is asked with the first template', (t) => {
  t.true(near(memoryOf(), 1, 0, 0));
  const memory = memoryOf({ weight: 0 });
  memory.add(view(0, 1, 0));
  t.true(near(memory, 1, 0, 0));
});

test('a view like a kept one is averaged into it', (t) => {
  const memory = memoryOf();
  memory.add(view(1, 0.2, 0));
  t.is(memory.size, 1);
  t.true(near(memory, 1, 0.05, 0), 'half of the blend is the slot, half of the slot the view');
});

test('a view unlike all that is kept gets a slot of its own, and the slots share their weight', (t) => {
  const memory = memoryOf();
  memory.add(view(0, 1, 0));
  t.is(memory.size, 2);
  t.true(near(memory, 0.75, 0.25, 0));
});

test('when all slots are taken the one that has waited longest goes; the first template stays', (t) => {
  const memory = memoryOf();
  memory.add(view(0, 1, 0));
  memory.add(view(1, 0, 0)); // refreshes the slot that began as the first template
  memory.add(view(0, 0, 1));
  t.is(memory.size, 2);
  t.true(near(memory, 0.75, 0, 0.25), 'the middle view has gone');
  for (let i = 0; i < 50; i += 1) {
    memory.add(view(0, 1, 0));
    memory.add(view(0, 0, 1));
  }
  t.true(near(memory, 0.5, 0.25, 0.25), 'whatever comes, half of the blend is the first template');
});

test('one slot alone is a running mean, however unlike the views are', (t) => {
  const memory = memoryOf({ slots: 1 });
  memory.add(view(0, 1, 0));
  t.is(memory.size, 1);
  t.true(near(memory, 0.75, 0.25, 0));
});
