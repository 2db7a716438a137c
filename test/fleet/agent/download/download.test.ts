import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { MemoryDisk } from '../../../../src/fleet/agent/disk/memory-disk.js';
import { download } from '../../../../src/fleet/agent/download/download.js';
import { httpTransport } from '../../../../src/fleet/agent/transport/http-transport.js';

const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) & 255));
const wanted = {
  path: 'targets/nano/x.tar.br',
  length: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
};

interface ServerOptions {
  /** Cuts the connection after so many bytes of a reply. */
  readonly cutAfter?: number;
  readonly ranges?: boolean;
  readonly body?: Buffer;
}

/** A web server that cuts connections. */
async function serve(t: ExecutionContext, { cutAfter, ranges = true, body = bytes }: ServerOptions = {}) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const { range } = request.headers;
    asked.push(range);
    const from = ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': body.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
    });
    const piece = body.subarray(from, cutAfter === undefined ? undefined : from + cutAfter);
    response.write(piece, () => {
      if (from + piece.length < body.length) response.destroy();
      else response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  return { transport: httpTransport(`http://127.0.0.1:${port}`), asked };
}

async function folder(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await disk.makeFolder('/downloads');
  return disk;
}

const { signal } = new AbortController();

async function contents(disk: MemoryDisk, path: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of disk.read(path)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('a download that is cut goes on where it ended, until it is whole', async (t) => {
  const { transport, asked } = await serve(t, { cutAfter: 15_000 });
  const disk = await folder();
  const path = await download(wanted, { disk, transport, folder: '/downloads', signal });
  t.true((await contents(disk, path)).equals(bytes));
  t.deepEqual(asked.slice(0, 2), [undefined, 'bytes=15000-']);
});

test('what was begun stays for the next attempt, also of another process', async (t) => {
  const cutting = await serve(t, { cutAfter: 9000 });
  const disk = await folder();
  const options = { disk, folder: '/downloads', signal, mostResumes: 1 };
  await t.throwsAsync(download(wanted, { ...options, transport: cutting.transport }), {
    message: /the connection was cut|aborted/,
  });
  const whole = await serve(t);
  await download(wanted, { ...options, transport: whole.transport });
  t.deepEqual(whole.asked, ['bytes=18000-']);
});

test('a server that knows no ranges begins anew', async (t) => {
  const disk = await folder();
  const part = await disk.create(`/downloads/${wanted.sha256}`);
  await part.write(bytes.subarray(0, 1000));
  const { transport } = await serve(t, { ranges: false });
  const path = await download(wanted, { disk, transport, folder: '/downloads', signal });
  t.true((await contents(disk, path)).equals(bytes));
});

test('a part that suffered is thrown away, and all of it fetched again', async (t) => {
  const disk = await folder();
  const part = await disk.create(`/downloads/${wanted.sha256}`);
  await part.write(Buffer.alloc(1000));
  const { transport, asked } = await serve(t);
  const path = await download(wanted, { disk, transport, folder: '/downloads', signal });
  t.true((await contents(disk, path)).equals(bytes));
  t.deepEqual(asked, ['bytes=1000-', undefined]);
});

for (const [what, body] of [
  ['other', Buffer.alloc(bytes.length, 1)],
  ['longer', Buffer.concat([bytes, bytes])],
  ['shorter', bytes.subarray(0, 100)],
] as const) {
  test(`a file that is ${what} than what was signed for is not kept as if it were that`, async (t) => {
    const { transport } = await serve(t, { body });
    const disk = await folder();
    await t.throwsAsync(download(wanted, { disk, transport, folder: '/downloads', signal, mostResumes: 1 }), {
      message: /not the file that was signed for|longer than|ended after/,
    });
    for (const name of await disk.list('/downloads'))
      t.true((await disk.sizeOf(`/downloads/${name}`)) <= bytes.length);
  });
}

test('older downloads are cleared away', async (t) => {
  const { transport } = await serve(t);
  const disk = await folder();
  await disk.create('/downloads/of-another');
  await download(wanted, { disk, transport, folder: '/downloads', signal });
  t.deepEqual(await disk.list('/downloads'), [wanted.sha256]);
});
