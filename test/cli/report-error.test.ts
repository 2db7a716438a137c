import { CommanderError } from 'commander';
import test from 'ava';
import { reportError } from '../../src/cli/report-error.js';
import { InferenceError, ModelError, SourceError, UsageError } from '../../src/core/errors.js';

function report(error: unknown, verbose = false) {
  let text = '';
  const code = reportError(error, { verbose, stream: { write: (part) => (text += part) } });
  return { code, text };
}

test('a usage error exits with 2, every other with 1, each in one line', (t) => {
  t.deepEqual(report(new UsageError('--box "1": no')), { code: 2, text: 'error: --box "1": no\n' });
  t.deepEqual(report(new SourceError('a\n  b\n')), { code: 1, text: 'error: a b\n' });
  t.is(report(new ModelError('x')).code, 1);
  t.is(report(new InferenceError('x')).code, 1);
});

test('an error of our own making is called unexpected', (t) => {
  const { code, text } = report(new TypeError('x is not a function'));
  t.is(code, 1);
  t.is(text, 'error: unexpected: x is not a function\n  (--verbose shows where)\n');
  t.is(report('thrown text').text.split('\n')[0], 'error: unexpected: thrown text');
});

test('--verbose shows the chain of causes', (t) => {
  const cause = new Error('ENOENT: no such file', { cause: new Error('disk gone') });
  const { text } = report(new ModelError('models/x is missing', { cause }), true);
  t.regex(text, /^error: models\/x is missing\n/);
  t.regex(text, /caused by: Error: ENOENT: no such file/);
  t.regex(text, /caused by: Error: disk gone/);
});

test('commander’s own errors are usage errors, its help is none', (t) => {
  t.deepEqual(report(new CommanderError(1, 'commander.unknownOption', 'shown already')), {
    code: 2,
    text: '',
  });
  t.deepEqual(report(new CommanderError(0, 'commander.helpDisplayed', '')), { code: 0, text: '' });
});
