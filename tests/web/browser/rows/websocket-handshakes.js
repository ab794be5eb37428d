// A WebSocket that does not open: what the page is told, and how long a browser makes a script wait that tries again.
import { between } from './support/facts.js';
import { closeSaid, errorSaid, gaps } from './support/speak.js';
import { sleep } from '../support/wait.js';

const failed = (more = {}) => ({ both: { 'error event': 'one, before it', 'close event': '1006, not clean', ...more } });

async function told(socket) {
  const close = await socket.when('close', 1, 60_000);
  return { 'error event': errorSaid(await socket.all()), 'close event': closeSaid(close) };
}

const answered = (status, more = {}) => ({
  id: `handshake-${status}`,
  situation: `The handshake is answered by ${status}${more.location ? ' to another origin' : ''}`,
  throws: [{ fault: 'answer', status, ...more }],
  origins: 2,
  takes: 5,
  expected: failed({ 'requests at the server': 1 }),
  async play({ page, url, strike, when, requests, origins }) {
    await strike(0, more.location && { location: `origin:${origins[1].id}` });
    const socket = await page.webSocket(url('websocket', { after: 'latest' }));
    const words = await told(socket);
    await when('request');
    await sleep(1_000);
    return { ...words, 'requests at the server': requests().length };
  },
});

const cut = (how) => ({
  id: `handshake-${how}`,
  situation: `The handshake's connection is ended by ${how.toUpperCase()} before a byte of the answer`,
  throws: [{ fault: 'cut', how, at: 'request', lasts: 'until-cleared' }],
  takes: 5,
  expected: failed(),
  async play({ page, url, strike }) {
    await strike();
    return told(await page.webSocket(url('websocket', { after: 'latest' })));
  },
});

const refused = {
  id: 'handshake-refused',
  situation: 'The connection is refused',
  throws: [{ fault: 'refuse' }],
  takes: 5,
  expected: failed(),
  async play({ page, url, unreachable }) {
    await unreachable(page);
    return told(await page.webSocket(url('websocket', { after: 'latest' })));
  },
};

const hung = {
  id: 'handshake-hung',
  situation: 'The handshake is never answered; another WebSocket goes to another address',
  throws: [{ fault: 'stall', way: 'down', lasts: 'until-cleared' }],
  origins: 2,
  takes: 30,
  expected: {
    both: { 'the other one': 'open' },
    chromium: { 'in 26 s': 'nothing' },
    firefox: { 'in 26 s': '1006, not clean' },
  },
  async play({ page, url, row, strike }) {
    await strike();
    const socket = await page.webSocket(url('websocket', { after: 'latest' }));
    const other = await page.webSocket(url('websocket', { after: 'latest', lane: `${row.id}-other` }, 1), 'other');
    await other.when('open');
    await sleep(26_000);
    const [close] = await socket.all('close');
    return { 'the other one': 'open', 'in 26 s': close ? closeSaid(close) : 'nothing' };
  },
};

/** A script that opens it again at once, whenever it has failed. */
const again = (id, situation, throws, expected) => ({
  id,
  situation,
  throws,
  takes: 18,
  expected,
  async play({ page, url, strike, unreachable }) {
    if (throws[0].fault === 'refuse') await unreachable(page);
    else await strike();
    const socket = await page.webSocket(url('websocket', { after: 'latest' }), 'ws', 1_000);
    await sleep(12_000);
    const closes = await socket.all('close');
    const start = (await socket.all('made'))[0].at;
    const steps = gaps(closes);
    return {
      'failures in 12 s': closes.filter(({ at }) => at <= start + 12_000).length,
      'its waits': Math.max(...steps) > 1_000 && Math.max(...steps) > 2 * Math.min(...steps) ? 'grow to more than 1 s' : 'stay short',
    };
  },
});

const growing = {
  both: { 'its waits': 'grow to more than 1 s' },
  chromium: { 'failures in 12 s': between(10, 32) },
  firefox: { 'failures in 12 s': between(4, 9) },
};

export const handshakes = {
  title: 'WebSocket: handshakes',
  rows: [
    ...[200, 401, 403, 404, 429, 500].map((status) => answered(status)),
    answered(503, { 'retry-after': 1 }),
    answered(302, { location: 'origin:2' }),
    cut('fin'),
    cut('rst'),
    refused,
    hung,
    again('reopen-after-403', 'Each handshake is answered by 403; the script opens it again at once', [
      { fault: 'answer', status: 403, lasts: 'until-cleared' },
    ], growing),
    again('reopen-after-refused', 'Each connection is refused; the script opens it again at once', [
      { fault: 'refuse' },
    ], growing),
  ],
};
