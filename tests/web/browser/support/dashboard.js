// The dashboard in a tab: opened with settings in its URL, read through the `wirebench` object it puts on the window,
// worked by its buttons. Errors of the page and of its lanes are kept, so that a story can end with "and none".
import { until } from './wait.js';

/** What browsers write on the console when a connection fails on purpose; not an error of the page. */
const network = [
  /Failed to load resource/, /WebSocket connection to .* failed/, /can.t establish a connection to the server/,
  /The connection to .* was interrupted/, /net::ERR_/, /Cross-Origin Request Blocked/,
];

/**
 * Opens the page at the server's bench with these URL parameters and waits until it is ready. Its errors are added to
 * `errors`, whatever it says on its console to `said`.
 */
export async function openDashboard(browser, server, params, { viewport = { width: 1280, height: 900 }, errors, said }) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => {
    // Firefox reports an EventSource that gave up as an error of the page, though nothing was thrown.
    const text = String(error?.stack ?? error);
    if (network.some((known) => known.test(text))) said.push(text);
    else errors.push(text);
  });
  page.on('requestfailed', (request) => said.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on('response', (answer) => answer.status() >= 400 && said.push(`${answer.status()}: ${answer.url()}`));
  page.on('console', (message) => {
    said.push(`${message.type()}: ${message.text()}`);
    if (message.type() === 'error' && !network.some((known) => known.test(message.text()))) errors.push(message.text());
  });
  await resize(page, viewport);
  const url = new URL(`/?${new URLSearchParams(params)}`, server.bench);
  await page.goto(url.href, { waitUntil: 'load', timeout: 30_000 });
  const dashboard = { page, url: url.href, ...reading(page), ...hands(page) };
  await until('the page to be ready', () => page.evaluate(() => Boolean(globalThis.wirebench?.snapshot?.())));
  return dashboard;
}

/**
 * Gives the page a size. An older Firefox (ESR 140) sets the size but knows no screen orientation, of which puppeteer
 * then complains.
 */
export async function resize(page, viewport) {
  try {
    await page.setViewport(viewport);
  } catch (error) {
    if (!String(error).includes('setScreenOrientationOverride')) throw error;
    const wide = () => page.evaluate(() => globalThis.innerWidth);
    await until(`the page to be ${viewport.width} px wide`, async () => (await wide()) === viewport.width);
  }
}

/** What can be asked of the page. */
function reading(page) {
  const snapshot = () => page.evaluate(() => JSON.parse(JSON.stringify(globalThis.wirebench.snapshot())));
  const lane = async (transport) => (await snapshot()).lanes.find((one) => one.transport === transport);
  return {
    snapshot,
    lane,
    /** The lane's own observations, as its worker kept them. */
    dump: (id) => page.evaluate(async (wanted) => {
      const dumped = await globalThis.wirebench.dump(wanted);
      return JSON.parse(JSON.stringify(dumped.lines ?? dumped));
    }, id),
    laneFrames: () => page.frames().filter((frame) => frame.url().includes('/lane.html')),
    /** How many lanes' frames have said hello. */
    living: async () => (await snapshot()).lanes.filter((one) => one.alive).length,
    /** Waits until `holds` is true of the snapshot; the last snapshot is in the complaint. */
    untilSeen: (what, holds, limit = 30_000) => {
      let last;
      return until(what, async () => holds(last = await snapshot()) && last, { limit, every: 100, seen: () => last });
    },
    /** Waits until `holds` is true of that transport's lane. */
    untilLane: (transport, what, holds, limit = 30_000) => {
      let last;
      return until(`the ${transport} lane ${what}`, async () => holds(last = await lane(transport)) && last, {
        limit, every: 50, seen: () => last,
      });
    },
  };
}

/** What a person at the page can do. */
function hands(page) {
  const press = async (selector) => {
    await until(`${selector} to be ready to be pressed`, () => page.evaluate(
      (wanted) => document.querySelector(wanted)?.disabled === false, selector,
    ));
    // By the element, not by the pointer: a lane may be scrolled away.
    await page.evaluate((wanted) => document.querySelector(wanted).click(), selector);
  };
  return {
    pressLane: (transport, action) => press(`wb-lane-card[data-transport="${transport}"] [data-action="${action}"]`),
    run: () => press('[data-action="run"]'),
  };
}
