/** `node dist/bench/console/viewers.js ADDRESS COOKIE COUNT SECONDS`: so many pages that draw nothing; prints pictures a second of each. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { decodePicture } from '../../src/core/console/picture-message.js';

const [address = '', cookie = '', count = '10', seconds = '10'] = process.argv.slice(2);
const pictures: number[] = [];
const sockets = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const headers = { cookie, origin: new URL(address).origin };
    const socket = new WebSocket(`${address.replace('http', 'ws')}socket`, { headers });
    socket.binaryType = 'arraybuffer';
    await once(socket, 'open');
    pictures.push(0);
    socket.on('message', (data, isBinary) => {
      if (!isBinary) return;
      pictures[index]! += 1;
      const { number } = decodePicture(data as ArrayBuffer).header;
      socket.send(JSON.stringify({ kind: 'drawn', number }));
    });
    socket.send(JSON.stringify({ kind: 'watch', video: true }));
    return socket;
  }),
);
await sleep(2000);
pictures.fill(0);
await sleep(Number(seconds) * 1000);
process.stdout.write(`${JSON.stringify(pictures.map((it) => it / Number(seconds)))}\n`);
for (const socket of sockets) socket.close();
