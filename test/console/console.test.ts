import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { iou } from '../../src/core/geometry/box.js';
import { describeOrigin, type CommandEvent } from '../../src/core/ports/control.js';
import { browserTest, TestBrowser } from './support/browser.js';
import {
  accessibilityProblems,
  colourOf,
  ConsolePage,
  watchForeignRequests,
} from './support/console-page.js';
import { TestDevice, tokens } from './support/device.js';
import { openSlowLink } from './support/slow-link.js';

const device = new TestDevice();
const browser = new TestBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

browserTest(
  'a drawn box is followed; covered, the target coasts, is lost, and is found again: by colour, shape and word',
  async (t) => {
    const { flight, address } = await device.open(t);
    const page = await browser.page(t, { colorScheme: 'dark' });
    watchForeignRequests(t, page);
    const view = new ConsolePage(page);
    await view.open(address, tokens.command);
    t.is(new URL(page.url()).hash, '', 'the token leaves the address bar');
    await view.shows('idle');

    const looks = new Map<string, string>();
    const look = async (state: string): Promise<void> => {
      const colour = await colourOf(view.badge);
      const shape = await view.badge.locator('.shape').innerHTML();
      const word = await view.badge.locator('.word').innerText();
      t.is(word.toLowerCase(), state);
      for (const [other, seen] of looks)
        for (const it of [colour, shape]) t.false(seen.includes(it), `${state}, ${other}`);
      looks.set(state, `${colour} ${shape}`);
    };

    await view.draw(flight.truthOf(await view.sequence())!);
    await view.shows('tracking');
    await look('tracking');
    const { box, frame } = flight.tracks.at(-1)!;
    t.true(box !== null && iou(box, flight.truthOf(frame.sequence)!) > 0.3);
    flight.covered = true;
    await view.shows('coasting');
    await look('coasting');
    await view.picture('coasting');
    await view.shows('lost');
    await look('lost');
    await view.picture('lost');
    await page.getByRole('status').getByText('Lost. The target is neither seen nor predictable.').waitFor();
    flight.covered = false;
    await view.shows('tracking');

    await page.getByRole('button', { name: 'Pause' }).click();
    await view.shows('paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await view.shows('tracking');
    await page.getByRole('button', { name: 'Stop' }).click();
    await view.shows('idle');
    await page.getByText(/^LOST \(target \d+\)$/).waitFor();

    flight.held = true;
    await view.shows('picture');
    await page.getByText(/This picture is \d+ s old/).waitFor();
  },
);

browserTest(
  'on video that comes late a selection names the frame that was seen, and the target is found',
  async (t) => {
    const { flight, control, console } = await device.open(t);
    const link = await openSlowLink(t, { port: console.port, delayMs: 400 });
    const selections: CommandEvent[] = [];
    control.onCommand((event) => selections.push(event));
    const view = new ConsolePage(await browser.page(t));
    await view.open(link, tokens.command);
    const seen = await view.sequence();
    await view.draw(flight.truthOf(seen)!);
    const newestWhenDrawn = flight.tracks.at(-1)!.frame.sequence;
    await view.shows('tracking');
    const command = selections[0]!.command!;
    const sequence = command.kind === 'select' ? (command.sequence ?? -1) : -1;
    t.true(sequence >= seen && sequence <= newestWhenDrawn, `${seen} ${sequence} ${newestWhenDrawn}`);
    const followed = flight.tracks.findLast(({ state }) => state === 'tracking')!;
    t.true(iou(followed.box!, flight.truthOf(followed.frame.sequence)!) > 0.3);
  },
);

browserTest('of two viewers one commands; the other sees it all, and has no buttons to press', async (t) => {
  const { flight, control, address } = await device.open(t);
  const commander = new ConsolePage(await browser.page(t));
  const watcher = new ConsolePage(await browser.page(t));
  await commander.open(address, tokens.command);
  await watcher.open(address, tokens.view);
  await watcher.draw(flight.truthOf(await watcher.sequence())!);
  t.is(await watcher.page.getByRole('button', { name: 'Stop' }).count(), 0);
  await commander.draw(flight.truthOf(await commander.sequence())!);
  await Promise.all([commander.shows('tracking'), watcher.shows('tracking')]);
  const { origin } = control.status().lastCommand!;
  await watcher.page.getByText(`last: select by ${describeOrigin(origin)}`).waitFor();
  const selections = flight.tracks.filter(({ target }) => target > 0).map(({ target }) => target);
  t.is(flight.tracks.at(-1)!.target, Math.max(...selections));
});

browserTest('a slow link shows fewer pictures, in order, and the state of each', async (t) => {
  const { flight, console } = await device.open(t);
  const link = await openSlowLink(t, { port: console.port, bytesPerSecond: 60_000 });
  const view = new ConsolePage(await browser.page(t));
  await view.open(link, tokens.command);
  const sequences = [await view.sequence()];
  while (sequences.length < 5) {
    const next = await view.sequence();
    if (next !== sequences.at(-1)) sequences.push(next);
    await delay(20);
  }
  t.deepEqual(
    sequences,
    sequences.toSorted((a, b) => a - b),
  );
  const [first, last] = [sequences[0]!, sequences.at(-1)!];
  t.true(last - first >= sequences.length, sequences.join(' '));
  await view.draw(flight.truthOf(await view.sequence())!);
  await view.shows('tracking');
});

browserTest('a wrong token opens nothing and says so; the right one does; logging out closes', async (t) => {
  const { address } = await device.open(t);
  const page = await browser.page(t);
  const view = new ConsolePage(page);
  await page.goto(`${address}#a-wrong-token`);
  const field = page.getByLabel('Token');
  await field.fill('not the token');
  await page.getByRole('button', { name: 'Open the console' }).click();
  await page.getByText('No: that is not the token.').waitFor();
  t.is(await page.locator('canvas').count(), 0);
  t.deepEqual(await accessibilityProblems(page, axe), []);
  await field.fill(tokens.view);
  await field.press('Enter');
  await view.shows('idle');
  t.is(await page.evaluate('document.cookie'), '', 'no script can read the cookie');
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await field.waitFor();
});

browserTest('on a phone nothing is cut off, fingers hit what they aim at, and a tap selects', async (t) => {
  const { flight, address } = await device.open(t);
  const phone = { width: 360, height: 740 };
  const page = await browser.page(t, {
    viewport: phone,
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  });
  const view = new ConsolePage(page);
  await view.open(address, tokens.command);
  await view.tap(flight.truthOf(await view.sequence())!);
  await view.shows('tracking');
  t.is(await page.evaluate('document.documentElement.scrollWidth'), 360);
  for (const button of await page.getByRole('button').all()) {
    const { width, height } = (await button.boundingBox())!;
    t.true(width >= 44 && height >= 44, await button.innerText());
  }
  const stage = (await page.locator('.stage').boundingBox())!;
  t.true(stage.y + stage.height <= phone.height, 'badge, video and buttons fit on one screen');
  await view.picture('phone');
});

browserTest(
  'the keyboard alone selects and stops; nothing bars people, in light and dark, in every tab',
  async (t) => {
    const { address, troubles } = await device.open(t);
    troubles.push('no broker: connecting');
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.page(t, { colorScheme });
      const view = new ConsolePage(page);
      await view.open(address, tokens.command);
      await page.getByRole('application').focus();
      for (const key of ['Enter', 'ArrowLeft', 'Shift+ArrowUp', 'Alt+ArrowDown', 'Enter'])
        await page.keyboard.press(key);
      await view.notice.getByText('Box sent: accepted.').waitFor();
      await page.keyboard.press('s');
      await view.notice.getByText('Stop: accepted.').waitFor();
      await view.shows('idle');
      await page.getByTestId('health').getByText('degraded').waitFor();
      await page.getByRole('tab', { name: 'Events' }).focus();
      for (const tab of ['Recordings', 'Settings']) {
        await page.keyboard.press('ArrowRight');
        await page.getByRole('tabpanel', { name: tab }).waitFor();
        t.deepEqual(await accessibilityProblems(page, axe), [], `${colorScheme}, ${tab}`);
      }
    }
  },
);
