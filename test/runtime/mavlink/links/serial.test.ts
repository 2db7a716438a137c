import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ava from 'ava';
import { common, minimal } from 'mavlink-mappings';
import { SerialPort } from 'serialport';
import { silentLog } from '../../../../src/core/ports/log.js';
import { openBus } from '../../../../src/runtime/mavlink/open-bus.js';
import { encodeMessage } from '../../../../src/runtime/mavlink/codec/encode.js';
import { FrameParser } from '../../../../src/runtime/mavlink/codec/frame-parser.js';
import { message } from '../../../../src/runtime/mavlink/message.js';
import { needing } from '../../../support/tools.js';
import { Cable, socatProgram } from '../support/socat.js';
import { until } from '../support/until.js';

const test = needing(ava, socatProgram);
const folder = mkdtempSync(join(tmpdir(), 'tagalong-serial-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

const copter = message(minimal.Heartbeat, {
  type: minimal.MavType.QUADROTOR,
  autopilot: minimal.MavAutopilot.ARDUPILOTMEGA,
});

/** An autopilot at the other end of the cable. */
async function openAutopilot(path: string) {
  const port = new SerialPort({ path, baudRate: 57_600, autoOpen: false });
  port.on('error', () => undefined);
  const parser = new FrameParser();
  const heard: number[] = [];
  port.on('data', (bytes: Buffer) => heard.push(...parser.push(bytes).map(({ msgid }) => msgid)));
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  return {
    heard,
    beat: () => port.write(encodeMessage(copter, { sysid: 7, compid: 1, seq: 0 })),
    write: (bytes: Buffer) => port.write(bytes),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        if (!port.isOpen) resolve();
        else
          port.close(() => {
            resolve();
          });
      }),
  };
}

test.serial(
  'a serial link carries both ways, and comes back when its cable was pulled and put back',
  async (t) => {
    await using cable = await Cable.plug(mkdtempSync(join(folder, 'cable-')));
    const links = [{ url: `serial://${cable.ours}?baud=57600` }];
    await using opened = await openBus({ links, compid: 100 }, { log: silentLog });
    const { bus } = opened;
    const status = () => bus.status()[0]!;
    {
      await using autopilot = await openAutopilot(cable.theirs);
      await until(() => status().open, 'the port');
      autopilot.beat();
      await until(() => bus.sysid === 7, 'the heartbeat');
      t.is(bus.send(message(common.CameraSettings, {})), 1);
      await until(() => autopilot.heard.includes(common.CameraSettings.MSG_ID), 'our message');
    }
    await cable.pull();
    await until(() => !status().open, 'the cable to be missed');
    t.not(status().fault, null);
    const before = status().dropped;
    t.is(bus.send(message(common.CameraSettings, {})), 0);
    t.is(status().dropped, before + 1);
    await cable.plugIn();
    await until(() => status().open, 'the port again');
    t.is(status().openings, 2);
    await using autopilot = await openAutopilot(cable.theirs);
    const heard = status().received;
    autopilot.beat();
    await until(() => status().received > heard, 'the heartbeat again');
    t.is(bus.send(message(common.CameraSettings, {})), 1);
    await until(() => autopilot.heard.includes(common.CameraSettings.MSG_ID), 'our message again');
  },
);

test.serial('a false start holds nothing back for longer than the line is silent', async (t) => {
  await using cable = await Cable.plug(mkdtempSync(join(folder, 'noisy-')));
  await using opened = await openBus(
    { links: [{ url: `serial://${cable.ours}` }], compid: 100 },
    { log: silentLog },
  );
  const { bus } = opened;
  await using autopilot = await openAutopilot(cable.theirs);
  await until(() => bus.status()[0]!.open, 'the port');
  // the beginning of a long known message, whose rest never comes, and a heartbeat behind it
  const begun = Buffer.from([0xfd, 255, 0, 0, 1, 1, 1, 0x07, 0x01, 0]);
  autopilot.write(Buffer.concat([begun, encodeMessage(copter, { sysid: 7, compid: 1, seq: 0 })]));
  await until(() => bus.sysid === 7, 'the heartbeat');
  t.pass();
});

test.serial('a line that takes nothing does not hold anything up', async (t) => {
  await using cable = await Cable.plug(mkdtempSync(join(folder, 'stuck-')));
  await using opened = await openBus(
    { links: [{ url: `serial://${cable.ours}` }], sysid: 1, compid: 100 },
    { log: silentLog },
  );
  const { bus } = opened;
  await until(() => bus.status()[0]!.open, 'the port');
  // nobody reads at the other end: the kernel's buffers fill, then ours, then messages are left out
  await until(() => {
    for (let index = 0; index < 100; index += 1)
      bus.send(message(common.CameraImageCaptured, { imageIndex: 1, fileUrl: 'x'.repeat(205) }));
    return bus.status()[0]!.dropped > 100;
  }, 'messages to be left out');
  t.true(bus.status()[0]!.open);
});
