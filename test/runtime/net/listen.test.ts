import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { listen } from '../../../src/runtime/net/listen.js';

const host = '127.0.0.1';

test('a port that is taken is told with who wanted it and what to do', async (t) => {
  const taken = createServer();
  const port = await listen(taken, { name: 'first', host, port: 0 });
  t.true(port > 0);
  const second = createServer();
  await t.throwsAsync(listen(second, { name: 'second', host, port, advice: 'give another one' }), {
    instanceOf: UsageError,
    message: `second: ${host} port ${port}: taken, give another one`,
  });
  const third = await listen(second, { name: 'third', host, port, more: 20 });
  t.true(third > port && third <= port + 20);
  t.is(second.listenerCount('error'), 0); // what comes later is the owner's to hear
  for (const server of [taken, second]) {
    server.close();
    await once(server, 'close');
  }
});

test('beyond the last port there is none to try, and no advice is given where it would not help', async (t) => {
  const taken = createServer();
  const port = await listen(taken, { name: 'first', host, port: 65_535, more: 5 }).catch(() => 65_535);
  await t.throwsAsync(listen(createServer(), { name: 'second', host, port: 65_535, more: 5 }), {
    message: `second: ${host} port ${port}: taken`,
  });
  taken.close();
  const nowhere = listen(createServer(), { name: 'third', host: '192.0.2.1', port: 0, advice: 'x' });
  await t.throwsAsync(nowhere, { message: 'third: 192.0.2.1 port 0: this machine has no such address' });
});
