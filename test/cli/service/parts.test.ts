import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { SourceError, UsageError } from '../../../src/core/errors.js';
import { silentLog } from '../../../src/core/ports/log.js';
import { startingStatus } from '../../../src/core/ports/loop-status.js';
import { MemorySink } from '../../../src/core/ports/memory/memory-sink.js';
import { MemorySource } from '../../../src/core/ports/memory/memory-source.js';
import { ExchangeableSink } from '../../../src/cli/service/exchangeable-sink.js';
import { configFile, flagSettings } from '../../../src/cli/service/flags.js';
import { openPatiently } from '../../../src/cli/service/open-patiently.js';
import { inRealTime, sourceOptions } from '../../../src/cli/service/source-of.js';
import { watchHealth } from '../../../src/cli/service/watch.js';
import type { Health } from '../../../src/runtime/metrics/health.js';
import { openNotifier } from '../../../src/runtime/systemd/notifier.js';
import { sinkContract } from '../../contracts/sink.contract.js';
import { keepLog } from '../../runtime/recording/support/recordings.js';
import { plainFrames } from '../../support/frames.js';
import { trackingTrack } from '../../support/tracks.js';

sinkContract(test, 'exchangeable sink, empty', { open: () => new ExchangeableSink('place') });
sinkContract(test, 'exchangeable sink, taken', {
  open: async () => {
    const place = new ExchangeableSink('place');
    await place.put(new MemorySink());
    return place;
  },
});

test('an exchangeable sink counts what all its sinks dropped', async (t) => {
  const place = new ExchangeableSink<MemorySink>('place');
  const first = new MemorySink();
  await place.put(first);
  await t.throwsAsync(place.put(new MemorySink()));
  place.publish(trackingTrack(1));
  await first.close();
  place.publish(trackingTrack(2));
  await place.clear();
  place.publish(trackingTrack(3)); // nobody there: nothing is lost that anybody wanted
  const second = new MemorySink();
  await place.put(second);
  place.publish(trackingTrack(4));
  t.is(place.dropped, 1);
  t.is(first.tracks.length, 1);
  t.is(second.tracks.length, 1);
  await place.close();
  const late = new MemorySink();
  await place.put(late); // as when a reload overlaps with the end
  late.publish(trackingTrack(5));
  t.is(late.dropped, 1);
});

test('a camera that is not there yet is tried again, its fault told once', async (t) => {
  const { log, lines } = keepLog();
  const faults: (string | null)[] = [];
  const source = new MemorySource(plainFrames());
  let attempts = 0;
  const open = () => {
    attempts += 1;
    return attempts < 4 ? Promise.reject(new SourceError('not there')) : Promise.resolve(source);
  };
  const onFault = (fault: string | null) => faults.push(fault);
  const { signal } = new AbortController();
  t.is(await openPatiently(open, { signal, log, onFault, minDelayMs: 1, maxDelayMs: 2 }), source);
  t.deepEqual(faults, ['not there', 'not there', 'not there', null]);
  t.is(lines.length, 1);
});

test('what waiting does not mend is thrown, and waiting can be ended', async (t) => {
  const options = { log: silentLog, onFault: () => undefined, minDelayMs: 60_000 };
  const { signal } = new AbortController();
  const wrong = () => Promise.reject(new UsageError('wrong'));
  await t.throwsAsync(openPatiently(wrong, { ...options, signal }), { message: 'wrong' });
  const ending = new AbortController();
  const away = () => {
    setImmediate(() => {
      ending.abort(new Error('ended'));
    });
    return Promise.reject(new SourceError('away'));
  };
  await t.throwsAsync(openPatiently(away, { ...options, signal: ending.signal }), { message: 'ended' });
});

test('the watchdog is fed while the loop is alive, and not when it hangs', async (t) => {
  let health: Health = { level: 'ok', reasons: [], alive: true };
  const said: string[] = [];
  const { log, lines } = keepLog();
  const environment = { NOTIFY_SOCKET: '/x', WATCHDOG_USEC: '10000' };
  const notifier = openNotifier({ environment, send: (_, text) => said.push(text) > 0 });
  const status = () => ({ ...startingStatus, fps: 29.97, lastCommand: null });
  using watch = watchHealth({ health: () => health, status, notifier, log });
  while (said.length < 6) await delay(5);
  t.true(said.includes('WATCHDOG=1'));
  t.true(said.includes('STATUS=starting at 30.0 fps'));
  health = { level: 'failing', reasons: ['frames come, but no track for 12 s'], alive: false };
  said.length = 0;
  while (said.length < 6) await delay(5);
  t.false(said.includes('WATCHDOG=1'));
  health = { ...health, reasons: ['frames come, but no track for 13 s'] };
  said.length = 0;
  while (said.length < 3) await delay(5);
  t.deepEqual(
    lines.map(({ message }) => message),
    ['healthy', 'failing'], // seconds that pass are no news
  );
});

test('flags become settings, text where text is wanted', (t) => {
  const settings = flagSettings({ source: 'sim://', httpPort: '0', device: '12', set: [] });
  t.deepEqual(
    settings.map(({ path, value, origin }) => [path.join('.'), value, origin.text]),
    [
      ['source.uri', 'sim://', '--source'],
      ['device', '12', '--device'],
      ['http.port', 0, '--http-port'],
    ],
  );
  t.is(configFile({}, { TAGALONG_CONFIG: 'a.yaml' }), 'a.yaml');
  t.is(configFile({ config: 'b.yaml' }, { TAGALONG_CONFIG: 'a.yaml' }), 'b.yaml');
  t.is(configFile({}, { TAGALONG_CONFIG: '' }), undefined);
});

test('only sources that may come back are waited for; a simulation runs in real time', (t) => {
  const reconnect = true;
  t.deepEqual(sourceOptions({ uri: '/dev/video0', reconnect, size: '64x48' }), {
    size: { width: 64, height: 48 },
    reconnect,
  });
  t.deepEqual(sourceOptions({ uri: 'clip.mp4', reconnect }), {});
  t.is(inRealTime('sim://'), 'sim://?realtime=true');
  t.is(inRealTime('sim://?seed=2'), 'sim://?seed=2&realtime=true');
  t.is(inRealTime('sim://?realtime=false'), 'sim://?realtime=false');
  t.is(inRealTime('/dev/video0'), '/dev/video0');
});
