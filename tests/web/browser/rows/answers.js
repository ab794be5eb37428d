// What an EventSource makes of answers other than an event stream, of ids, and of a server that says nothing.
import { about, atOnce, times } from './support/facts.js';
import { errorsSaid, seqsLost, spans } from './support/speak.js';
import { sleep } from '../support/wait.js';

// Longer than the longest time after which either browser asks again.
const patience = 8_000;

const status = (number, more = {}) => ({
  id: `answer-${number}`,
  situation: `The first answer is ${number}${more['retry-after'] ? ' with `Retry-After: 1`' : ''}`,
  throws: [{ fault: 'answer', status: number, ...more }],
  takes: 10,
  expected: { both: { error: 'one, readyState 2', 'asks again': 'never' } },
  async play({ page, url, strike, requests }) {
    await strike();
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    await source.when('error');
    await sleep(patience);
    return { error: errorsSaid(await source.all('error')), 'asks again': requests().length === 1 ? 'never' : 'yes' };
  },
});

const again = (number, more = {}) => ({
  id: `again-${number}`,
  situation: `Cut while open; the next answer is ${number}${more['retry-after'] ? ' with `Retry-After: 1`' : ''}`,
  throws: [{ fault: 'answer', status: number, ...more }, { fault: 'cut' }],
  takes: 16,
  expected: { both: { errors: '2, readyState 0 then 2', 'asks a third time': 'never' } },
  async play({ page, url, strike, requests }) {
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    await source.when('event', 2);
    await strike(0);
    await strike(1);
    await source.when('error', 2);
    await sleep(patience);
    return { errors: errorsSaid(await source.all('error')), 'asks a third time': requests().length === 2 ? 'never' : 'yes' };
  },
});

const feedEnds = {
  id: 'feed-ends',
  situation: 'The feed ends, and with it the chunked body; who comes back having the end is answered 204',
  throws: ['POST /api/jobs {"source":"synthetic","job":"short","count":4,"interval":"200ms","start":"ready"}'],
  takes: 18,
  expected: {
    both: { errors: '2, readyState 0 then 2', 'asks a third time': 'never' },
    chromium: { 'asks again after': about(3_000) },
    firefox: { 'asks again after': about(5_000) },
  },
  async play({ page, url, row, ask, requests }) {
    await ask('/api/jobs', 'POST', JSON.parse(row.throws[0].slice('POST /api/jobs '.length)));
    const source = await page.eventSource(url('sse short'));
    await source.when('open');
    await ask('/jobs/short/commands', 'POST', { command: 'start' });
    await source.when('error', 2);
    await sleep(patience);
    const errors = await source.all('error');
    return {
      errors: errorsSaid(errors),
      'asks again after': times(spans(errors, requests().slice(1))),
      'asks a third time': requests().length === 2 ? 'never' : 'yes',
    };
  },
};

/** What has been noted so far, in a line. */
async function said(source) {
  const notes = (await source.all()).filter((note) => note.kind !== 'made');
  const words = notes.map(({ kind, ready }) => (kind === 'error' ? `error, readyState ${ready}` : kind));
  return words.join(', ') || 'nothing';
}

/** What is noted once there is more than `before`, and a second later; or when nothing has come for a good while. */
async function saidNext(source, before) {
  const end = Date.now() + 5_000;
  while ((await said(source)) === before && Date.now() < end) await sleep(200);
  await sleep(1_000);
  return said(source);
}

const type = (id, value, held, ended, firefox) => ({
  id: `type-${id}`,
  situation: value === 'none' ? 'An event stream without a Content-Type' : `An event stream as \`${value}\``,
  throws: [{ fault: 'answer', status: 200, type: value, body: 'data: x\n\n', then: 'hold', lasts: 'until-cleared' }],
  takes: 12,
  expected: {
    both: { 'while the body goes on': held, 'when it has ended': ended },
    ...(firefox && { firefox: { 'while the body goes on': firefox[0], 'when it has ended': firefox[1] } }),
  },
  async play({ page, url, strike, clear, when }) {
    const thrown = await strike();
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    await when('request');
    const before = await saidNext(source, 'nothing');
    await clear(thrown);
    const after = await saidNext(source, before);
    return { 'while the body goes on': before, 'when it has ended': after === before ? 'nothing more' : after };
  },
});

const refused = 'error, readyState 2';
const opens = ['open, event', 'open, event, error, readyState 0'];

const openWithoutBytes = {
  id: 'open-without-bytes',
  situation: 'A head at once, the first byte of the body after 3 s',
  throws: ['GET /jobs/silent/sse?first-bytes=off&heartbeat=3s'],
  takes: 8,
  expected: {
    chromium: { '`open` comes after': atOnce(2_500) },
    firefox: { '`open` comes after': about(3_000) },
  },
  async play({ page, url, when }) {
    const source = await page.eventSource(url('sse silent', { 'first-bytes': 'off', heartbeat: '3s' }));
    const { at } = await when('response');
    return { '`open` comes after': times(Math.max(0, (await source.when('open')).at - at)) };
  },
};

const hungAtConnect = {
  id: 'hung-at-connect',
  situation: 'The server takes the request and says nothing for 8 s, then goes on',
  throws: [{ fault: 'stall', way: 'down', lasts: 'until-cleared' }],
  takes: 12,
  expected: { both: { 'in 8 s': 'nothing', then: 'open' } },
  async play({ page, url, strike, clear }) {
    const thrown = await strike();
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    await sleep(8_000);
    const before = await said(source);
    await clear(thrown);
    await source.when('open');
    return { 'in 8 s': before, then: (await said(source)).split(',')[0] };
  },
};

const hungOpen = {
  id: 'hung-open',
  situation: 'An open stream stands still for 6 s, then goes on',
  throws: [{ fault: 'stall', way: 'down', lasts: '6s' }],
  takes: 12,
  expected: { both: { errors: 'none', 'longest silence': about(6_000, { from: 5_000, to: 12_000 }), 'events lost': 0 } },
  async play({ page, url, strike }) {
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    await source.when('event', 3);
    const before = (await source.all('event')).length;
    await strike();
    await sleep(3_000);
    await source.when('event', before + 10);
    const events = await source.all('event');
    const silences = events.slice(1).map((event, index) => event.at - events[index].at);
    return {
      errors: errorsSaid(await source.all('error')),
      'longest silence': times(Math.max(...silences)),
      'events lost': seqsLost(events),
    };
  },
};

/** A body with ids; `EPOCH` in it stands for the log's. */
const ids = (id, situation, body, expected) => ({
  id,
  situation,
  throws: [{ fault: 'answer', status: 200, body, then: 'end' }],
  takes: 10,
  expected,
  async play({ page, url, strike, when, epoch }) {
    const name = await epoch();
    await strike(0, { body: body.replaceAll('EPOCH', name) });
    await page.eventSource(url('sse'));
    const { cursor } = await when('request', 2);
    return { 'asks again with the Last-Event-ID': cursor ? cursor.replace(name, 'EPOCH') : 'none' };
  },
});

const asks = (both, firefox) => ({
  both: { 'asks again with the Last-Event-ID': both },
  ...(firefox && { firefox: { 'asks again with the Last-Event-ID': firefox } }),
});

export const answers = {
  title: 'EventSource: answers',
  rows: [
    ...[201, 204, 205, 206, 304, 401, 403, 404, 429, 500].map((number) => status(number)),
    status(503, { 'retry-after': 1 }),
    feedEnds,
    again(204),
    again(500),
    again(503, { 'retry-after': 1 }),
    type('plain', 'text/plain', 'nothing', refused, [refused, 'nothing more']),
    type('html', 'text/html', refused, 'nothing more'),
    type('json', 'application/json', refused, 'nothing more'),
    type('octets', 'application/octet-stream', refused, 'nothing more'),
    type('none', 'none', 'nothing', refused),
    type('charset-other', 'text/event-stream;charset=windows-1251', refused, 'nothing more', opens),
    type('charset-utf-8', 'text/event-stream;charset=utf-8', ...opens),
    type('upper-case', 'TEXT/Event-Stream', ...opens),
    openWithoutBytes,
    hungAtConnect,
    hungOpen,
  ],
};

export const lastIds = {
  title: 'EventSource: ids',
  rows: [
    ids('id-last', 'Two events with ids', 'id: EPOCH.1\ndata: x\n\nid: EPOCH.2\ndata: y\n\n', asks('EPOCH.2')),
    ids('id-only-block', 'An event, then an id without data', 'id: EPOCH.1\ndata: x\n\nid: EPOCH.2\n\n', asks('EPOCH.2', 'EPOCH.1')),
    ids('id-emptied', 'An event with an id, then one with an empty id', 'id: EPOCH.1\ndata: x\n\nid\ndata: y\n\n', asks('none')),
    ids('id-unended', 'An event, then one without its blank line', 'id: EPOCH.1\ndata: x\n\nid: EPOCH.2\ndata: y', asks('EPOCH.1')),
  ],
};
