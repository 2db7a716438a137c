import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Locator, Page } from 'playwright-core';
import type { Box } from '../../../src/core/geometry/box.js';

const images = join(import.meta.dirname, '../../../../docs/images');

/** What a person does at the console. */
export class ConsolePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the address that was printed, token and all, and waits for the first picture. */
  async open(address: string, token: string): Promise<void> {
    await this.page.goto(`${address}#${token}`);
    await this.page.locator('canvas[data-sequence]').waitFor();
  }

  get badge(): Locator {
    return this.page.getByTestId('badge');
  }

  get notice(): Locator {
    return this.page.getByTestId('notice');
  }

  /** Waits until the badge says so: see src/console/model/badge. */
  async shows(badge: string): Promise<void> {
    await this.page.locator(`[data-testid=badge][data-badge=${badge}]`).waitFor();
  }

  /** Number of the frame that is seen. */
  async sequence(): Promise<number> {
    return Number(await this.page.locator('canvas[data-sequence]').getAttribute('data-sequence'));
  }

  /** Draws a box with the mouse. @param box image pixels */
  async draw({ cx, cy, width, height }: Box): Promise<void> {
    const { x, y, scale } = await this.#area();
    const { mouse } = this.page;
    await mouse.move(x + (cx - width / 2) * scale, y + (cy - height / 2) * scale);
    await mouse.down();
    await mouse.move(x + cx * scale, y + cy * scale);
    await mouse.move(x + (cx + width / 2) * scale, y + (cy + height / 2) * scale);
    await mouse.up();
  }

  /** Taps with a finger. @param box image pixels */
  async tap({ cx, cy }: Box): Promise<void> {
    const { x, y, scale } = await this.#area();
    await this.page.touchscreen.tap(x + cx * scale, y + cy * scale);
  }

  /** For the documentation, when TAGALONG_SCREENSHOTS is set. */
  async picture(name: string, settleMs = 0): Promise<void> {
    if (process.env['TAGALONG_SCREENSHOTS'] === undefined) return;
    mkdirSync(images, { recursive: true });
    await this.page.waitForTimeout(settleMs);
    await this.page.screenshot({ path: join(images, `console-${name}.jpg`), type: 'jpeg', quality: 82 });
  }

  async #area(): Promise<{ x: number; y: number; scale: number }> {
    const area = await this.page.locator('.touch').boundingBox();
    return { x: area!.x, y: area!.y, scale: area!.width / 640 };
  }
}

/** What a person sees behind its text. */
export function colourOf(element: Locator): Promise<string> {
  return element.evaluate((it) => {
    const { getComputedStyle } = globalThis as unknown as {
      getComputedStyle: (of: unknown) => { backgroundColor: string };
    };
    return getComputedStyle(it).backgroundColor;
  });
}

/** The reasons why a page would be hard to use for some people, by axe's rules; empty when there are none. */
export async function accessibilityProblems(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe: engine } = globalThis as unknown as {
      axe: {
        run: () => Promise<{
          violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    const { violations } = await engine.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
    );
  });
  return found;
}

/** What a test's page must not do: ask anybody but the device. */
export function watchForeignRequests(t: ExecutionContext, page: Page): void {
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && hostname !== '127.0.0.1') t.fail(request.url());
  });
}
