import test from 'ava';
import {
  parseSiameseOptions,
  presetParameters,
  siamesePresetNames,
} from '../../../../src/core/tracking/siamese/options.js';

test('every preset is made of known parameters in their ranges', (t) => {
  t.deepEqual(siamesePresetNames, ['precise', 'balanced', 'fast', 'cautious']);
  for (const preset of siamesePresetNames)
    t.notThrows(() => parseSiameseOptions(presetParameters({ preset })));
});

test('a person’s own parameters go over the preset’s, and no preset is `balanced`', (t) => {
  const cautious = presetParameters({ preset: 'cautious', jumpDoubt: 0.5 });
  t.is(cautious.jumpDoubt, 0.5);
  t.is(cautious.coastDoubt, 0.7);
  t.false('preset' in cautious);
  t.deepEqual(parseSiameseOptions(presetParameters({})), parseSiameseOptions());
});
