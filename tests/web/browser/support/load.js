// What the page holds and how it feels while five transports read a hundred events a second: sampled once a second, with
// the microscope open or closed. Counts are the page's own (`wirebench.held()`); times are for reading, never to be held.
import { setTimeout as pause } from 'node:timers/promises';
import { until } from './wait.js';

export const LOAD = { lanes: 'polling,long-polling,sse,websocket,fetch-stream', count: 1_000_000, interval: '10ms', lang: 'en' };

/**
 * Plays for so many seconds and answers with the samples, the long tasks and the latencies of clicks.
 * @param {any} dashboard
 * @param {{seconds: number, microscope: boolean}} wanted
 */
export async function underLoad({ page, run, living, untilSeen }, { seconds, microscope }) {
  await until('all lanes to be alive', async () => (await living()) === 5, { limit: 60_000 });
  await page.evaluate(watch);
  if (microscope) await page.evaluate(() => document.querySelector('[data-action="microscope"]').click());
  await run();
  await untilSeen('all lanes to be under way', (now) => now.lanes.every((lane) => lane.delivered > 20), 60_000);
  // Open, a log draws what it has.
  await page.evaluate(() => document.querySelectorAll('wb-lane-log details').forEach((one) => one.setAttribute('open', '')));
  const samples = [];
  const clicks = [];
  const ends = Date.now() + seconds * 1000;
  while (Date.now() < ends || samples.length < 3) {
    await pause(1000);
    const heap = await heapOf(page);
    samples.push({ ...await page.evaluate(sample), heap });
    if (samples.length % 5 === 1) clicks.push(await click(page));
  }
  const { tasks, gaps } = await page.evaluate(() => globalThis.watched);
  return { samples, clicks, tasks, gaps };
}

/** Bytes of the page's heap; Firefox does not tell. */
async function heapOf(page) {
  try {
    return (await page.metrics()).JSHeapUsedSize;
  } catch {
    return NaN;
  }
}

/** Runs in the page: notes tasks of 50 ms and more, where the browser tells, and how late a timer of 20 ms comes. */
function watch() {
  const watched = { tasks: [], gaps: [], clicked: [] };
  globalThis.watched = watched;
  if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
    new PerformanceObserver((list) => watched.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  }
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    watched.gaps.push(now - last);
    last = now;
  }, 20);
  addEventListener('pointerdown', (event) => {
    const at = event.timeStamp;
    // Behind the next frame: what the click has changed is seen.
    requestAnimationFrame(() => setTimeout(() => watched.clicked.push(performance.now() - at)));
  }, true);
}

/** Runs in the page. */
function sample() {
  const held = globalThis.wirebench.held();
  const { lanes } = globalThis.wirebench.snapshot();
  return {
    nodes: document.getElementsByTagName('*').length,
    rows: document.querySelectorAll('.log-row').length,
    delivered: Math.min(...lanes.map((lane) => lane.delivered)),
    ...held,
  };
}

/** One click of the mouse on a button that is there; how long until what it does is seen, in ms. */
async function click(page) {
  const count = await page.evaluate(() => globalThis.watched.clicked.length);
  const button = await page.$('wb-timeline .button-group button[aria-pressed="false"]');
  await button.click();
  return until('the click to be seen', () => page.evaluate((before) => globalThis.watched.clicked[before] ?? false, count), { limit: 30_000 });
}

/** The figures of a measurement, one line each. */
export function figures({ samples, clicks, tasks, gaps }) {
  const most = (/** @type {string} */ name) => Math.max(...samples.map((one) => one[name]));
  const mid = samples[Math.floor(samples.length / 2)];
  const sorted = [...gaps].sort((a, b) => a - b);
  const line = (/** @type {string} */ name) => `${name}: ${samples[0][name]} first, ${mid[name]} half-way, ${samples.at(-1)[name]} last, ${most(name)} most`;
  return [
    ...['nodes', 'rows', 'marks', 'records', 'things', 'bytes', 'delivered'].map(line),
    `heap: ${samples.map(({ heap }) => (heap / 2 ** 20).toFixed(0)).filter((_, index) => index % 10 === 0).join(' ')} MiB, every 10 s`,
    `long tasks: ${tasks.length}, ${Math.max(0, ...tasks).toFixed(0)} ms the longest, ${tasks.reduce((sum, one) => sum + one, 0).toFixed(0)} ms in all`,
    `timer of 20 ms: ${sorted[sorted.length >> 1]?.toFixed(0)} ms median, ${sorted[Math.floor(sorted.length * 0.99)]?.toFixed(0)} ms p99, ${sorted.at(-1)?.toFixed(0)} ms most`,
    `clicks: ${clicks.map((one) => one.toFixed(0)).join(' ')} ms`,
  ];
}
