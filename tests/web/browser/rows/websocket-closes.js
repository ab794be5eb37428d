// How a WebSocket that was open ends: what its close event says, and whether an error event came before it.
import { about, atOnce, oneOf, outcomes, times } from './support/facts.js';
import { closeSaid, errorSaid, seqsLost } from './support/speak.js';
import { sleep } from '../support/wait.js';

/** Struck while open, one or several at once: the close event and the error event. */
const struck = (id, situation, fault, expected, { tries = 1, ...more } = {}) => ({
  takes: 6,
  ...more,
  id,
  situation,
  throws: [fault],
  expected,
  async play({ page, url, strike }) {
    const sockets = [];
    for (let number = 1; number <= tries; number += 1) {
      sockets.push(await page.webSocket(url('websocket', { after: 'latest' }), `ws${number}`));
      await sockets.at(-1).when('event', 2);
    }
    await strike();
    for (const socket of sockets) await socket.when('close');
    // Long enough for a second close event, which there must never be.
    await sleep(500);
    const all = await Promise.all(sockets.map((socket) => socket.all()));
    const of = (notes, kind) => notes.filter((note) => note.kind === kind);
    return {
      'close event': outcomes(all.map((notes) => closeSaid(of(notes, 'close')[0]))),
      'error event': outcomes(all.map((notes) => errorSaid(notes))),
      'close events': outcomes(all.map((notes) => String(of(notes, 'close').length))),
    };
  },
});

const said = (close, error = 'none') => ({ 'close event': close, 'error event': error, 'close events': 1 });
const both = (...args) => ({ both: said(...args) });

const code = (number) => struck(
  `close-${number}`, `A Close with the code ${number} and a reason`,
  { fault: 'close', code: number, reason: 'why' }, both(`${number} "why", clean`),
);

// Codes that must not be sent (RFC 6455 §7.4.1).
const illegal = (number) => struck(
  `close-${number}`, `A Close with the code ${number}, which must not be sent (RFC 6455 §7.4.1)`,
  { fault: 'close', code: number }, {
    chromium: said('1006, not clean', 'one, before it'), firefox: said(`${number}, clean`),
  },
);

const neverAnswered = {
  id: 'close-never-answered',
  situation: 'The page calls `close(1000)`, and the server never answers',
  throws: [{ fault: 'stall', way: 'both', lasts: 'until-cleared' }],
  takes: 70,
  expected: {
    both: { 'close event': '1006, not clean' },
    chromium: { after: about(60_000) },
    firefox: { after: about(20_000) },
  },
  async play({ page, url, strike }) {
    const socket = await page.webSocket(url('websocket', { after: 'latest' }));
    await socket.when('event', 2);
    await strike();
    const asked = Date.now();
    await socket.close(1000);
    const close = await socket.when('close', 1, 100_000);
    return { 'close event': closeSaid(close), after: times(close.at - asked) };
  },
};

const hung = {
  id: 'websocket-hung',
  situation: 'An open WebSocket stands still for 6 s, then goes on',
  throws: [{ fault: 'stall', way: 'down', lasts: '6s' }],
  takes: 12,
  expected: { both: { 'longest silence': about(6_000, { from: 5_000, to: 12_000 }), 'close events': 0, 'events lost': 0 } },
  async play({ page, url, strike }) {
    const socket = await page.webSocket(url('websocket', { after: 'latest' }));
    await socket.when('event', 3);
    const before = (await socket.all('event')).length;
    await strike();
    await sleep(3_000);
    await socket.when('event', before + 10);
    const events = await socket.all('event');
    const silences = events.slice(1).map((event, index) => event.at - events[index].at);
    return {
      'longest silence': times(Math.max(...silences)),
      'close events': (await socket.all('close')).length,
      'events lost': seqsLost(events),
    };
  },
};

const byScript = {
  id: 'close-by-script',
  situation: '`close(code)` called by the page: 1001, 1012 and 5000; then 4001 with a reason',
  takes: 5,
  expected: {
    both: { 'close(1001), close(1012), close(5000)': 'InvalidAccessError', 'close(4001, "bye"), echoed without the reason': '4001, clean' },
  },
  async play({ page, url }) {
    const socket = await page.webSocket(url('websocket', { after: 'latest' }));
    await socket.when('event', 2);
    const thrown = [await socket.close(1001), await socket.close(1012), await socket.close(5000)];
    await socket.close(4001, 'bye');
    return {
      'close(1001), close(1012), close(5000)': [...new Set(thrown)].join(', '),
      'close(4001, "bye"), echoed without the reason': closeSaid(await socket.when('close')),
    };
  },
};

const reopened = (id, situation, fault, expected) => ({
  id,
  situation,
  throws: [fault],
  takes: 10,
  expected,
  async play({ page, url, strike, when, requests }) {
    const socket = await page.webSocket(url('websocket', { after: 'latest' }), 'ws', 3);
    for (const time of [1, 2, 3]) {
      await socket.when('open', time);
      await when('event', time * 2);
      await strike();
      await when('request', time + 1);
    }
    const closes = await socket.all('close');
    return { 'its handshake comes after': times(requests().slice(1).map(({ at }, index) => at - closes[index].at)) };
  },
});

/** The page goes, and what becomes of its WebSocket. */
const going = (id, situation, go, expected) => ({
  id,
  situation,
  takes: 10,
  origins: 2,
  expected: { both: { 'the connection, 5 s later': 'ended' }, ...expected },
  async play({ page, url, bare, lines }) {
    const socket = await page.webSocket(url('websocket', { after: 'latest' }));
    await socket.when('event', 2);
    await go(page.where, bare(1));
    await sleep(5_000);
    return { 'the connection, 5 s later': lines('closed').length ? 'ended' : 'still open' };
  },
});

export const closes = {
  title: 'WebSocket: closing',
  rows: [
    ...[1000, 1001, 1011, 1012, 1013, 2999, 4000, 999].map(code),
    struck('close-without-code', 'A Close without a code', { fault: 'close', code: 0 }, both('1005, clean')),
    ...[1005, 1006, 1015].map(illegal),
    struck('close-again', 'A second Close after the browser\'s answer', { fault: 'close', code: 1012, then: 'again' }, {
      chromium: said('1006, not clean', 'one, before it'), firefox: said('1012, clean'),
    }),
    struck('close-then-fin', 'A Close and FIN at once, on eight connections', { fault: 'close', code: 1012, then: 'fin' }, {
      chromium: said(oneOf('1012, clean', '1012, not clean')), firefox: said(oneOf('1012, not clean', '1012, clean')),
    }, { tries: 8, takes: 12 }),
    struck('close-then-rst', 'A Close and RST at once, on eight connections', { fault: 'close', code: 1012, then: 'rst' }, {
      chromium: said(oneOf('1006, not clean', '1012, not clean')),
      firefox: said(oneOf('1012, not clean', '1012, clean'), oneOf('none', 'one, before it')),
    }, { tries: 8, takes: 12 }),
    struck('websocket-rst', 'RST', { fault: 'cut', how: 'rst' }, {
      chromium: said('1006, not clean'), firefox: said('1006, not clean', 'one, before it'),
    }),
    struck('websocket-fin', 'FIN without a Close', { fault: 'cut', how: 'fin' }, both('1006, not clean')),
    struck('websocket-restart', 'The server goes away', { fault: 'restart', lasts: '1s', scope: 'all' }, both('1006, not clean'), { ownServer: true }),
    neverAnswered,
    hung,
    byScript,
    reopened('reopen-after-close', 'Closed with 1012; the script opens it again at once', { fault: 'close', code: 1012 }, {
      both: { 'its handshake comes after': atOnce(1_000) },
    }),
    reopened('reopen-after-rst', 'RST; the script opens it again at once', { fault: 'cut', how: 'rst' }, {
      chromium: { 'its handshake comes after': atOnce(1_000) },
      firefox: { 'its handshake comes after': about(300, { from: 150, to: 2_500 }) },
    }),
    going('page-reloads', 'The page is reloaded while a WebSocket is open', (page) => page.reload()),
    {
      ...going('page-leaves', 'The page goes elsewhere while a WebSocket is open', (page, to) => page.goto(to)),
      note: 'A page that may come back by the back button can be kept alive, with its connections.',
    },
  ],
};
