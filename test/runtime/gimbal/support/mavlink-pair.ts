import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import { silentLog } from '../../../../src/core/ports/log.js';
import {
  SimulatedGimbal,
  type SimulatedGimbalOptions,
} from '../../../../src/runtime/gimbal/simulated/simulated-gimbal.js';
import type { LinkBus } from '../../../../src/runtime/mavlink/link-bus.js';
import { openBus } from '../../../../src/runtime/mavlink/open-bus.js';

/** A UDP port of 127.0.0.1 that nobody uses now. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** A simulated gimbal on real UDP, closed with the test. */
export async function openGimbal(t: ExecutionContext, options: Partial<SimulatedGimbalOptions> = {}) {
  const port = await freePort();
  const url = `udpin://127.0.0.1:${port}`;
  const gimbal = await SimulatedGimbal.open({ url, log: silentLog, ...options });
  t.teardown(() => gimbal.close());
  return { gimbal, port };
}

/** A bus that talks to it; closed with the test. */
export async function openClient(t: ExecutionContext, port: number, compid = 100): Promise<LinkBus> {
  const links = [{ url: `udpout://127.0.0.1:${port}` }];
  const opened = await openBus({ links, sysid: 1, compid }, { log: silentLog });
  t.teardown(() => opened.close());
  return opened.bus;
}
