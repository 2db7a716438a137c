import { existsSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Debian's; see scripts/install-test-tools.sh. */
const executablePath = '/usr/bin/chromium';

/** `test.serial` where there is a browser; elsewhere it skips and says so. */
export const browserTest: typeof test.serial = existsSync(executablePath)
  ? test.serial
  : Object.assign((title: string) => {
      test.skip(`${title} (needs ${executablePath}: apt-get install chromium)`, () => undefined);
    }, test.serial);

/** One browser for all tests of a file, with a profile of its own. */
export class TestBrowser {
  #opening: Promise<Browser> | null = null;

  constructor() {
    test.after.always(async () => {
      await (await this.#opening)?.close();
    });
  }

  /** A page with cookies of its own, closed with the test. Whatever goes wrong in it fails the test. */
  async page(t: ExecutionContext, options: BrowserContextOptions = {}): Promise<Page> {
    this.#opening ??= chromium.launch({
      executablePath,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    });
    const context = await (
      await this.#opening
    ).newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => {
      t.fail(`in the page: ${String(error)}`);
    });
    t.teardown(() => context.close());
    return page;
  }
}
