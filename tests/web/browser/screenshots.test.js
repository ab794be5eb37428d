// How the page looks, for eyes: light, dark, narrow and wide, idle, running and after a disconnect. Written to
// target/screenshots; WIREBENCH_WRITE_IMAGES=1 also renews the picture of the README.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resize } from './support/dashboard.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = `${root}target/screenshots`;
const widths = [390, 1280];
const themes = ['light', 'dark'];

story('the page is drawn in both themes and widths, idle, running and after a disconnect', {}, async ({ browser, open }) => {
  mkdirSync(folder, { recursive: true });
  for (const theme of themes) {
    const dashboard = await open({ count: 150, interval: '100ms', ws: 'bare', theme });
    const shoot = (moment) => shots(dashboard, (width) => `${folder}/${browser.name}-${theme}-${width}-${moment}.png`);
    await until('all lanes to be alive', async () => (await dashboard.living()) === 3);
    await shoot('idle');
    await dashboard.run();
    await dashboard.untilSeen('the run to be under way', ({ lanes }) => lanes.every((lane) => lane.percent >= 15));
    await shoot('running');
    await dashboard.pressLane('websocket', 'disconnect');
    await dashboard.untilLane('websocket', 'to be closed', (lane) => lane.state === 'closed');
    await shoot('disconnected');
    if (process.env.WIREBENCH_WRITE_IMAGES === '1' && browser.name === 'chromium' && theme === 'light') {
      await portrait(dashboard.page);
    }
    await dashboard.page.close();
  }
});

/** The README's picture: from the top of the page to the end of the timeline. */
async function portrait(page) {
  mkdirSync(`${root}docs/images`, { recursive: true });
  const height = await page.evaluate(() => {
    scrollTo(0, 0);
    return Math.ceil(document.querySelector('wb-timeline').getBoundingClientRect().bottom) + 16;
  });
  await resize(page, { width: 1280, height });
  await page.screenshot({ path: `${root}docs/images/dashboard.png` });
}

/** One picture a width, of the whole page, which must not be wider than the window, nor a text than its field. */
async function shots({ page }, path) {
  for (const width of widths) {
    await resize(page, { width, height: 900 });
    await page.screenshot({ path: path(width), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `the page is ${wide} px wide in a window of ${width} px`);
    const cut = await page.evaluate(() => [...document.querySelectorAll('input[type="text"]')]
      .filter((one) => one.scrollWidth > one.clientWidth).map(({ name, value }) => `${name}: ${value}`));
    assert.deepEqual(cut, [], `texts that are cut, in a window of ${width} px`);
  }
}
