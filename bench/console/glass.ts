import { chromium } from 'playwright-core';

/** ms from a frame's time stamp until the browser has painted it, for every picture of some seconds. */
export async function glassToGlass(address: string, seconds: number): Promise<number[]> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(address);
    await page.locator('canvas[data-sequence]').waitFor();
    // both clocks belong to this machine: the wall clock joins them
    const offsetMs = Date.now() - Number(process.hrtime.bigint()) / 1e6;
    await page.evaluate(watchCanvas);
    await page.waitForTimeout(seconds * 1000);
    const painted: [capturedAtNs: string, atMs: number][] = await page.evaluate('painted');
    return painted.map(([capturedAtNs, atMs]) => atMs - (Number(BigInt(capturedAtNs)) / 1e6 + offsetMs));
  } finally {
    await browser.close();
  }
}

/** In the page: the second frame of the animation after the drawing has begun is on the screen. */
const watchCanvas = `
  globalThis.painted = [];
  const canvas = document.querySelector('canvas[data-sequence]');
  new MutationObserver(() => {
    const { capturedAtNs } = canvas.dataset;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      painted.push([capturedAtNs, performance.timeOrigin + performance.now()]);
    }));
  }).observe(canvas, { attributes: true, attributeFilter: ['data-captured-at-ns'] });
`;
