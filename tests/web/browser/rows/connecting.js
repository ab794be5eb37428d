// Servers that cannot be reached: at the first connection, from another origin, from frames.
import { about, times } from './support/facts.js';
import { gaps, statesSaid } from './support/speak.js';
import { sleep, until } from '../support/wait.js';
import { handsOf } from './support/watch.js';

const refused = (id, situation, crossOrigin, expected) => ({
  id,
  situation,
  throws: [{ fault: 'refuse' }],
  origins: crossOrigin ? 2 : 1,
  takes: 18,
  expected,
  async play({ page: hands, clear, unreachable, origins, url }) {
    const thrown = await unreachable(hands, origins.length - 1);
    const source = await hands.eventSource(url('sse', { after: 'latest' }, origins.length - 1));
    await source.when('error');
    await sleep(12_000);
    const errors = await source.all('error');
    await clear(thrown);
    const alive = (await source.ready()) !== 2;
    const open = alive ? await source.when('open') : undefined;
    return {
      'each error': statesSaid(errors),
      'tries again': alive ? times(gaps(errors)) : 'never',
      'opens when the server is back': open ? 'yes' : 'no',
    };
  },
});

/** A frame's EventSource to its own origin, and that of the page around it to the same, through 12 s of refusal. */
const frames = {
  id: 'frame-outage',
  situation: 'Refused for 12 s: an EventSource in a frame to its own origin, and one of the page around it to the same origin',
  throws: [{ fault: 'refuse', lasts: '12s' }, { fault: 'cut' }],
  origins: 2,
  takes: 28,
  expected: {
    both: { 'in the frame, each error': 'readyState 0', 'in the frame, afterwards': 'open' },
    chromium: { 'around it, each error': 'readyState 0', 'around it, afterwards': 'open' },
    firefox: { 'around it, each error': 'readyState 0 and 2', 'around it, afterwards': 'closed' },
  },
  async play({ page, url, bare, strike }) {
    const frame = await frameAt(page, bare(1));
    const own = await frame.eventSource(url('sse', { after: 'latest' }, 1));
    const around = await page.eventSource(url('sse', { after: 'latest' }, 1));
    await own.when('event', 2);
    await around.when('event', 2);
    await strike(0);
    await strike(1);
    await own.when('open', 2, 60_000);
    await sleep(6_000);
    const errors = async (source) => statesSaid(await source.all('error'));
    const state = async (source) => ['waiting', 'open', 'closed'][await source.ready()];
    return {
      'in the frame, each error': await errors(own),
      'in the frame, afterwards': await state(own),
      'around it, each error': await errors(around),
      'around it, afterwards': await state(around),
    };
  },
};

/** Puts a frame into the page and watches in it. */
async function frameAt(page, target) {
  await page.where.evaluate((src) => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.onload = resolve;
    frame.src = src;
    document.body.append(frame);
  }), target);
  const frame = await until('the frame', () => page.where.frames().find((one) => one.url() === target));
  const hands = handsOf(frame);
  await hands.install();
  return hands;
}

const deadFrame = {
  id: 'frame-dead',
  situation: 'A frame is loaded while its origin refuses',
  throws: [{ fault: 'refuse' }],
  origins: 2,
  takes: 8,
  expected: { chromium: { 'its `load` event': 'yes' }, firefox: { 'its `load` event': 'none' } },
  async play({ page, bare, unreachable }) {
    await unreachable(page, 1);
    await page.where.evaluate((src) => {
      const frame = document.createElement('iframe');
      frame.onload = () => (globalThis.frameLoaded = true);
      frame.src = src;
      document.body.append(frame);
    }, bare(1));
    await sleep(5_000);
    return { 'its `load` event': (await page.where.evaluate(() => Boolean(globalThis.frameLoaded))) ? 'yes' : 'none' };
  },
};

export const connecting = {
  title: 'Out of reach',
  rows: [
    refused('first-refused-same-origin', 'The first connection is refused, same origin', false, {
      both: { 'each error': 'readyState 0', 'opens when the server is back': 'yes' },
      chromium: { 'tries again': about(3_000) },
      firefox: { 'tries again': about(5_000) },
    }),
    refused('first-refused-cross-origin', 'The first connection is refused, page of another origin', true, {
      chromium: { 'each error': 'readyState 0', 'tries again': about(3_000), 'opens when the server is back': 'yes' },
      firefox: { 'each error': 'readyState 2', 'tries again': 'never', 'opens when the server is back': 'no' },
    }),
    frames,
    deadFrame,
  ],
};
