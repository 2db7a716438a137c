import { setTimeout as delay } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import type { ConsoleGimbal } from '../../src/core/console/server-messages.js';
import { browserTest, TestBrowser } from './support/browser.js';
import { ConsolePage } from './support/console-page.js';
import { TestDevice, tokens } from './support/device.js';

/** Waits until a path has so many characters. */
async function isDrawn(path: Locator, length: number): Promise<void> {
  while (((await path.getAttribute('d')) ?? '').length < length) await delay(100);
}

const device = new TestDevice();
const browser = new TestBrowser();

browserTest(
  'where there is a gimbal its crosshair error is plotted, and what it does is told; without one there is nothing of it',
  async (t) => {
    const opened = await device.open(t);
    const { flight, address } = opened;
    const page = await browser.page(t);
    const view = new ConsolePage(page);
    await view.open(address, tokens.command);
    const panel = page.locator('.gimbal');
    t.is(await panel.count(), 0);

    const gimbal: ConsoleGimbal = {
      ...{ mode: 'following', authority: 'ours', connected: true },
      rates: { yaw: -12.34, pitch: 0.04 },
    };
    opened.gimbal = gimbal;
    await panel.waitFor();
    await view.draw(flight.truthOf(await view.sequence())!);
    await view.shows('tracking');
    const across = panel.locator('path.right:not(.predicted)');
    await isDrawn(across, 200);
    await panel.getByText('gimbal: following').waitFor();
    const [rms, worst, yaw, pitch] = await panel.locator('.gimbal-figures .figures').allInnerTexts();
    t.deepEqual([yaw, pitch], ['−12.3', '0.0']);
    const off = flight.tracks.flatMap(({ box }) =>
      box ? [Math.hypot(box.cx - 320, box.cy - 180) / 6.4] : [],
    );
    t.true(Number(rms) > Math.min(...off) - 0.1 && Number(rms) <= Number(worst), `${rms} of ${off.join()}`);
    t.true(Number(worst) < Math.max(...off) + 0.1, `${worst} of ${off.join()}`);
    await view.picture('gimbal');

    opened.gimbal = { ...gimbal, authority: 'operator' };
    await panel.getByText('gimbal: an operator has it').waitFor();
    opened.gimbal = { ...gimbal, connected: false };
    await panel.getByText('gimbal: no answer').waitFor();
    flight.covered = true;
    await view.shows('coasting');
    await isDrawn(panel.locator('path.right.predicted'), 1);
    opened.gimbal = null;
    await panel.waitFor({ state: 'detached' });
  },
);
