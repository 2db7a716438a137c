import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ExecutionContext } from 'ava';
import { openFleetServer } from '../../src/cli/fleet/fleet-server.js';
import { FleetWatch } from '../../src/fleet/fleet-watch.js';
import { asMessage, simulatedReports } from '../fleet/support/simulated-reports.js';
import { browserTest, TestBrowser } from './support/browser.js';
import { accessibilityProblems, watchForeignRequests } from './support/console-page.js';

const browser = new TestBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The page over a fleet of a thousand. */
async function fleetOf(t: ExecutionContext, count = 1000): Promise<{ watch: FleetWatch; url: string }> {
  const watch = new FleetWatch();
  const nowMs = Date.now();
  for (const report of simulatedReports(count, nowMs)) {
    watch.hear(...asMessage(report), { retained: true, nowMs });
  }
  const broker = { url: 'mqtt://broker.field:1883', connected: true };
  const server = await openFleetServer({ watch, host: '127.0.0.1', port: 0, broker: () => broker });
  t.teardown(() => server[Symbol.asyncDispose]());
  return { watch, url: server.url };
}

browserTest('a thousand devices are counted, sorted, filtered and searched', async (t) => {
  const { url } = await fleetOf(t);
  const page = await browser.page(t, { viewport: { width: 1440, height: 900 } });
  watchForeignRequests(t, page);
  await page.goto(url);
  await page.getByRole('button', { name: '1000 devices' }).waitFor();
  const first = page.locator('.body .row').first();
  t.is(await first.getAttribute('data-standing'), 'failing', 'what needs a person comes first');
  t.true((await page.locator('.body .row').count()) < 100, 'only rows in sight are drawn');
  await page.getByRole('button', { name: /silent/ }).click();
  const silent = Number(await page.locator('.count[data-standing=silent] strong').innerText());
  t.true(silent > 10 && silent < 60, `${silent}`);
  t.is(await page.locator('.devices').getAttribute('aria-rowcount'), String(silent + 1));
  await page.getByRole('button', { name: '1000 devices' }).click();
  await page.getByRole('searchbox').fill('drone-77');
  await page.getByRole('button', { name: 'Device', exact: true }).click();
  const names = await page.locator('.body .device').allInnerTexts();
  t.deepEqual(names.slice(0, 3), ['drone-77', 'drone-770', 'drone-771']);
});

browserTest('a report that comes in changes its row at once', async (t) => {
  const { url, watch } = await fleetOf(t, 3);
  const page = await browser.page(t);
  await page.goto(url);
  await page.locator('[data-device=drone-2]').waitFor();
  const [, report] = simulatedReports(2, Date.now());
  const changed = { ...report!, health: 'failing' as const, detail: 'the camera is gone' };
  watch.hear(...asMessage(changed), { retained: false, nowMs: Date.now() });
  await page
    .locator('[data-device=drone-2][data-standing=failing]')
    .getByText('the camera is gone')
    .waitFor();
  t.pass();
});

browserTest('without devices the page says so', async (t) => {
  const { url } = await fleetOf(t, 0);
  const page = await browser.page(t);
  await page.goto(url);
  await page.getByText('No device has reported yet.').waitFor();
  t.pass();
});

for (const colorScheme of ['light', 'dark'] as const) {
  browserTest(`nothing hinders people who use other means, ${colorScheme}`, async (t) => {
    const { url } = await fleetOf(t, 200);
    const page = await browser.page(t, { colorScheme, bypassCSP: true });
    await page.goto(url);
    await page.locator('.body .row').first().waitFor();
    t.deepEqual(await accessibilityProblems(page, axe), []);
  });
}

browserTest('a phone shows it without scrolling sideways', async (t) => {
  const { url } = await fleetOf(t);
  const page = await browser.page(t, { viewport: { width: 390, height: 844 } });
  await page.goto(url);
  await page.locator('.body .row').first().waitFor();
  t.true(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
});
