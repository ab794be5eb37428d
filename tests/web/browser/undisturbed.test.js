// What a page does to its frames (scrolls them away, goes to the background, is busy) happens to the dashboard, not
// to the transports: no lane's own record shows it. Each story first proves that the disturbance is real.
import assert from 'node:assert/strict';
import { story } from './support/story.js';
import { delays, pollSpacing, quantile, readTimer, startTimer } from './support/times.js';
import { sleep, until, within } from './support/wait.js';

const interval = 100;
const poll = 200;
const params = (seconds) => ({
  count: (seconds * 1000) / interval, interval: `${interval}ms`, poll: `${poll}ms`, run: 1,
});

story('lanes scrolled out of view go on as before', {}, async ({ browser, open }) => {
  const dashboard = await open(params(30), { viewport: { width: 1000, height: 500 } });
  await underWay(dashboard);
  const frames = dashboard.laneFrames();
  assert.equal(frames.length, 3, 'three lane frames');
  await dashboard.page.evaluate(() => {
    document.body.style.paddingBottom = '5000px';
    scrollTo(0, document.documentElement.scrollHeight);
  });
  await until('all frames to be out of view', () => outOfView(dashboard.page));
  const frame = await timedFrame(frames);
  const window = await during(6_000);
  if (browser.name === 'chromium') await provenSlow(frame, window, 'a timer of a frame out of view');
  await undisturbed(dashboard, window);
});

story('a tab in the background for 20 s changes nothing in the lanes', {}, async ({ browser, open, t }) => {
  const dashboard = await open(params(45));
  await underWay(dashboard);
  await startTimer(dashboard.page);
  const other = await browser.newPage();
  await other.bringToFront();
  const hidden = await until('the tab to be hidden', () => dashboard.page.evaluate(() => document.hidden), { limit: 5_000 })
    .catch(() => false);
  if (!hidden) return t.skip(`${browser.name} does not hide a tab behind another when it runs headless`);
  // The first ticks may still be quick: both browsers slow timers some time after the tab was hidden.
  await sleep(1_500);
  const window = await during(20_000);
  assert.equal(await dashboard.page.evaluate(() => document.visibilityState), 'hidden', 'hidden to the end');
  await provenSlow(dashboard.page, window, 'a timer of the hidden tab');
  await dashboard.page.bringToFront();
  await undisturbed(dashboard, window);
});

story('a dashboard whose thread is blocked for 700 ms does not delay the lanes', {}, async ({ open }) => {
  const dashboard = await open(params(30));
  await underWay(dashboard);
  const windows = [];
  for (let turn = 0; turn < 3; turn += 1) {
    windows.push(await dashboard.page.evaluate(() => {
      const from = Date.now();
      while (Date.now() < from + 700);
      return { from, to: Date.now() };
    }));
    await sleep(1_500);
  }
  for (const { transport, lines } of await records(dashboard)) {
    // Blocked lanes would be late in every turn; a busy machine is late in some.
    const worst = windows.map((window) => Math.max(...(transport === 'polling'
      ? pollSpacing(lines, { from: window.from - poll, to: window.to + 2 * poll }).map((gap) => gap - poll)
      : delays(lines, window))));
    assert.ok(worst.every(Number.isFinite), `${transport}: its record has lines in each turn: ${worst}`);
    assert.ok(Math.min(...worst) < 350, `${transport}: late by ${worst.map(Math.round)} ms in the three turns`);
  }
});

/** Waits until all three lanes have some events. */
const underWay = (dashboard) => dashboard.untilSeen(
  'three lanes to be under way', ({ lanes }) => lanes.length === 3 && lanes.every((lane) => lane.delivered > 10),
);

async function during(ms) {
  const from = Date.now();
  await sleep(ms);
  return { from, to: Date.now() };
}

/** Asks each lane's frame element, as the browser sees it against the window. */
const outOfView = (page) => page.evaluate(() => new Promise((resolve) => {
  const frames = document.querySelectorAll('iframe.lane-frame');
  const watch = new IntersectionObserver((seen) => resolve(seen.length === 3 && seen.every((one) => !one.isIntersecting)));
  frames.forEach((frame) => watch.observe(frame));
}));

/**
 * The first frame that starts a timer. A frame that was loaded twice, because its first hello was late, may be one
 * that Puppeteer waits for in vain although it lives.
 */
async function timedFrame(frames) {
  for (const frame of frames) {
    const answered = await within('a frame to answer', 5_000, startTimer(frame).then(() => true)).catch(() => false);
    if (answered) return frame;
  }
  throw new Error('no lane frame answered');
}

async function provenSlow(where, window, what) {
  const ticks = await readTimer(where, window);
  assert.ok(quantile(ticks, 0.5) > 800, `${what} is slowed, else the story proves nothing: ${ticks}`);
}

/** No lane's record shows the window: polls keep their step, events come as they are made, nobody reconnects. */
async function undisturbed(dashboard, window) {
  const due = (window.to - window.from) / interval;
  for (const { transport, lines } of await records(dashboard)) {
    const values = transport === 'polling' ? pollSpacing(lines, window) : delays(lines, window);
    const least = transport === 'polling' ? (window.to - window.from) / (poll * 3) : due * 0.8;
    assert.ok(values.length >= least, `${transport}: ${values.length} values in the window, wanted ${least}`);
    const [middle, most] = [quantile(values, 0.5), quantile(values, 0.9)].map(Math.round);
    assert.ok(middle < 400 && most < 700, `${transport}: half within ${middle} ms, nine in ten within ${most} ms`);
    if (transport === 'polling') continue;
    const again = lines.filter((line) => line.kind === 'connecting' && line.at > window.from);
    assert.deepEqual(again, [], `${transport}: no reconnect`);
  }
}

async function records(dashboard) {
  const { lanes } = await dashboard.snapshot();
  return Promise.all(lanes.map(async ({ id, transport }) => ({ transport, lines: await dashboard.dump(id) })));
}
