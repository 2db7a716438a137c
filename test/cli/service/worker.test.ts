import type { Worker } from 'node:worker_threads';
import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { writeRandomModel } from '../../../bench/random-layers.js';
import { randomNano } from '../../../bench/random-nano.js';
import { Service } from '../../../src/cli/service/service.js';
import { loadConfig } from '../../../src/runtime/config/load-config.js';
import { openLog } from '../../../src/runtime/log/open-log.js';
import { openNotifier } from '../../../src/runtime/systemd/notifier.js';

test('when the tracker’s thread is killed the service goes on with the same target', async (t) => {
  await using model = await writeRandomModel(randomNano);
  const workers: Worker[] = [];
  const remember = (worker: Worker): void => {
    workers.push(worker);
  };
  process.on('worker', remember);
  t.teardown(() => process.off('worker', remember));

  const setting = (key: string, value: unknown) => ({ path: key.split('.'), value, origin: { text: key } });
  const loaded = await loadConfig({
    flags: [
      setting('source.uri', 'sim://?fps=20'),
      setting('model.path', model.dir),
      setting('http.enabled', false),
    ],
  });
  const log = openLog({ stream: { write: () => true }, level: 'silent' });
  const service = new Service({ loaded, log, notifier: openNotifier({ environment: {} }) });
  const ending = new AbortController();
  const running = service.run(ending.signal);
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await Promise.race([delay(20), running]);
  };
  const status = () => service.control.status();

  await until(() => status().frames > 0);
  const box = { cx: 320, cy: 180, width: 40, height: 40 };
  const answer = await service.control.execute({ kind: 'select', box }, { kind: 'local' });
  t.true(answer.accepted);
  await until(() => status().track?.target === 1);
  t.is(workers.length, 1);
  // between two frames: onnxruntime takes the whole process along when a thread is ended in the middle of a run
  const seen = status().frames;
  while (status().frames === seen) await immediate();
  await workers[0]!.terminate();
  await until(() => status().trackerRestarts === 1 && status().model !== null);
  const { frames } = status();
  await until(() => status().frames > frames + 5);
  t.is(status().track?.target, 1);
  await until(() => service.health().level === 'ok');
  ending.abort();
  const summary = await running;
  t.is(summary.ended, 'interrupted');
});
