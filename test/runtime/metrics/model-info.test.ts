import test from 'ava';
import { type LoopStatus, startingStatus } from '../../../src/core/ports/loop-status.js';
import { ServiceMetrics } from '../../../src/runtime/metrics/service-metrics.js';

async function textOf(model: LoopStatus['model']): Promise<string> {
  using metrics = new ServiceMetrics({
    status: () => ({ ...startingStatus, lastCommand: null, model }),
    health: () => ({ level: 'ok', reasons: [], alive: true }),
    reconnects: () => 0,
    recording: () => null,
  });
  return await metrics.text();
}

test('the metrics name the model, what runs it, and whether that is a fallback', async (t) => {
  const model = { name: 'nano', precision: 'fp32', provider: 'cpu' };
  const line = (fallback: 0 | 1): string =>
    `tagalong_model_info{name="nano",precision="fp32",provider="cpu",fallback="${fallback}"} 1\n`;
  t.true((await textOf(model)).includes(line(0)));
  t.true((await textOf({ ...model, fallback: 'cuda not used: no library' })).includes(line(1)));
  t.false((await textOf(null)).includes('tagalong_model_info{'));
});
