import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RunningService } from '../cli/service/support/running-service.js';
import { startTagalong, tagalong } from '../support/command-line.js';
import { hasTool } from '../support/tools.js';
import { browserTest, TestBrowser } from './support/browser.js';
import { ConsolePage } from './support/console-page.js';

const browser = new TestBrowser();
const folder = mkdtempSync(join(tmpdir(), 'tagalong-console-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

browserTest(
  'npm start prints the address; the page shows the flight, a drawn box is followed, a recording replayed',
  async (t) => {
    const recorded = hasTool('ffmpeg') ? ['--record', join(folder, 'flight')] : [];
    const args = ['start', 'sim://?fps=10&scenario=calm', '--console-port', '0', ...recorded];
    const { child, ended } = startTagalong(args);
    t.teardown(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    let shown = '';
    child.stdout.on('data', (text: string) => (shown += text));
    const printed = /^console (http:\/\/127\.0\.0\.1:\d+\/)#([\w-]{20})$/m;
    while (!printed.test(shown)) await once(child.stdout, 'data');
    const [, address = '', token = ''] = printed.exec(shown)!;
    const page = await browser.page(t);
    const view = new ConsolePage(page);
    await view.open(address, token);
    await view.shows('tracking'); // its own target
    await view.picture('start', 25_000);
    const middle = { cx: 320, cy: 180, width: 60, height: 60 };
    await view.draw(middle);
    await view.notice.getByText('Box sent: accepted.').waitFor();
    await page.getByText('target 2', { exact: true }).waitFor();

    if (recorded.length > 0) {
      await page.getByRole('tab', { name: 'Recordings' }).click();
      const replay = page.getByRole('button', { name: /^Replay the recording/ });
      while (
        !(await replay
          .first()
          .isEnabled()
          .catch(() => false))
      ) {
        await page.getByRole('button', { name: 'Look again' }).click();
        await page.waitForTimeout(300);
      }
      await replay.first().click();
      await page.locator('[data-testid=replay-badge][data-badge=tracking]').waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
    }
    child.kill('SIGTERM');
    t.is((await ended).code, 0);
    await view.shows('offline');
  },
);

browserTest(
  'without camera and broker the page says what is missing; it comes back after a restart without a new login',
  async (t) => {
    const tokenFile = join(folder, 'token');
    const args = ['--source', 'v4l2:///dev/video97', '--mqtt', 'mqtt://127.0.0.1:1'];
    const start = (port: string): RunningService => {
      const settings = ['--set', `console.port=${port}`, '--set', `console.commandTokenFile=${tokenFile}`];
      return new RunningService(t, [...args, ...settings]);
    };
    const first = start('0');
    const { url } = await first.logged('the console is served');
    const token = readFileSync(tokenFile, 'utf8').trim();
    const page = await browser.page(t);
    const view = new ConsolePage(page);
    await page.goto(`${url!}#${token}`);
    await view.shows('waiting');
    await page
      .locator('.absence')
      .getByText(/Waiting for the source: .*\/dev\/video97/)
      .waitFor();
    await page.locator('[data-row=Camera][data-level=fault]').waitFor();
    await page
      .locator('[data-row=MQTT][data-level=fault]')
      .getByText(/no broker listens/)
      .waitFor();
    await page.getByTestId('health').getByText('failing').waitFor();

    await page.getByRole('tab', { name: 'Settings' }).click();
    await page
      .getByRole('row', { name: /mqtt\.url/ })
      .getByText('mqtt://127.0.0.1:1')
      .waitFor();
    await page.getByLabel('log.level').selectOption('debug');
    await view.notice.getByText('log.level is debug now.').waitFor();
    await first.logged('setting changed');

    const { stderr } = await first.stop();
    t.false(stderr.includes(token), 'no token in the log');
    await view.shows('offline');
    const second = start(new URL(url!).port);
    await second.logged('the console is served');
    await view.shows('waiting');
    await second.stop();
  },
);

test.serial('a service without a terminal needs a file for its token, and says so', async (t) => {
  const { code, stderr } = await tagalong('run', '--source', 'sim://', '--set', 'console.port=0');
  t.is(code, 2);
  t.regex(stderr, /console\.commandTokenFile/);
});
