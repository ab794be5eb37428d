// An EventSource that has been open and loses its connection: how it says so, when it asks again, with what.
import { about, atOnce, between, times } from './support/facts.js';
import { gaps, seqsLost, spans, statesSaid } from './support/speak.js';

const three = about(3_000);
const five = about(5_000);
const usual = {
  both: { 'each error': 'readyState 0', 'events lost': 0 },
  chromium: { 'asks again after': three },
  firefox: { 'asks again after': five },
};

/** An open stream struck twice. */
const struck = (id, situation, fault, expected = usual) => ({
  id,
  situation,
  throws: [fault],
  takes: 14,
  expected,
  async play({ page, url, strike, when, requests }) {
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    for (const time of [1, 2]) {
      await source.when('open', time);
      await when('event', time * 2);
      await strike();
      await source.when('error', time);
      await when('request', time + 1);
    }
    await source.when('open', 3);
    await source.when('event', (await source.all('event')).length + 2);
    const errors = await source.all('error');
    return {
      'each error': statesSaid(errors),
      'asks again after': times(spans(errors, requests().slice(1))),
      'events lost': seqsLost(await source.all('event')),
    };
  },
});

/** Every answer is made by the fault. */
const answered = (id, situation, fault, expected) => ({
  id,
  situation,
  throws: [fault],
  takes: 14,
  expected,
  async play({ page, url, strike, when, requests }) {
    await strike();
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    await source.when('error', 2);
    await when('request', 3);
    const notes = await source.all();
    const errors = notes.filter((note) => note.kind === 'error');
    const before = notes.slice(0, notes.indexOf(errors[0]));
    return {
      'before the error': before.map((note) => note.kind).filter((kind) => kind !== 'made').join(', ') || 'nothing',
      'each error': statesSaid(errors),
      'asks again after': times(spans(errors, requests().slice(1))),
    };
  },
});

const whole = (then) => ({ fault: 'answer', status: 200, body: 'data: x\n\n', then, lasts: 'until-cleared' });
const afterAnswer = (before) => ({
  both: { 'before the error': before, 'each error': 'readyState 0' },
  chromium: { 'asks again after': three },
  firefox: { 'asks again after': five },
});

/** Out of reach for a while. `throws`: the refusal and the cut; or one restart. */
const outage = (id, situation, { query = {}, takes, throws, ...row }, expected) => ({
  ...row,
  id,
  situation,
  throws,
  takes,
  expected,
  async play({ page, url, strike, when, requests, lines }) {
    const source = await page.eventSource(url('sse', { after: 'latest', ...query }));
    await source.when('event', 3);
    for (const index of throws.keys()) await strike(index);
    await source.when('open', 2, (takes + 20) * 1_000);
    await source.when('event', (await source.all('event')).length + 2);
    const errors = await source.all('error');
    const steps = gaps(errors);
    const half = Math.floor(steps.length / 2);
    const [early, late] = [Math.min(...steps.slice(0, half)), Math.min(...steps.slice(half))];
    await when('request', 2);
    const { cursor } = requests().at(-1);
    const known = lines('event').some(({ job, seq }) => job === 'rows' && cursor?.endsWith(`.${seq}`));
    return {
      'errors until it is back': errors.length,
      'each error': statesSaid(errors),
      'between errors': times(steps),
      'the later steps are': late > early * 1.5 ? 'longer' : 'no longer',
      'comes back with': known ? 'the id of its last event' : String(cursor),
      'events lost': seqsLost(await source.all('event')),
    };
  },
});

const steady = {
  'each error': 'readyState 0',
  'the later steps are': 'no longer',
  'comes back with': 'the id of its last event',
  'events lost': 0,
};

/**
 * Cut before a byte of the answer, again and again: how many requests the browser makes of each attempt. The page has used
 * its origin before, so that there are idle connections, on which a browser cannot know whether the request was taken.
 */
const beforeAnswer = (id, how) => ({
  id,
  situation: `The connection is ended by ${how.toUpperCase()} before a byte of the answer, each time; two idle connections`,
  throws: [{ fault: 'cut', how, at: 'request', lasts: 'until-cleared' }],
  takes: 23,
  expected: {
    both: { 'each error': 'readyState 0' },
    chromium: { 'requests of the first attempt': between(2, 3), 'requests of a later attempt': 1, 'next attempt after': three },
    firefox: { 'requests of the first attempt': 10, 'requests of a later attempt': 10, 'next attempt after': five },
  },
  async play({ page, url, strike, lines, when }) {
    await page.where.evaluate(() => Promise.all([1, 2].map(() => fetch('/clock').then((answer) => answer.text()))));
    await strike();
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    await source.when('error', 3);
    const errors = await source.all('error');
    const struckAfter = (time) => lines('struck').some(({ at }) => at > time);
    // The page can know of a blow before the record's line of it is here; lines come in order, so one of the attempt
    // after says that all of those before have come.
    while (!struckAfter(errors[2].at + 1_000)) await when('struck', lines('struck').length + 1);
    const asked = lines('struck').map(({ at }) => at);
    const within = (from, to) => asked.filter((at) => at > from && at <= to).length;
    return {
      'each error': statesSaid(errors),
      'requests of the first attempt': within(0, errors[0].at + 1_000),
      'requests of a later attempt': within(errors[1].at + 1_000, errors[2].at + 1_000),
      'next attempt after': times(errors.slice(0, 2).map((error) => asked.find((at) => at > error.at + 1_000) - error.at)),
    };
  },
});

export const comingBack = {
  title: 'EventSource: coming back',
  rows: [
    struck('cut-fin', 'FIN in the middle of the chunked body', { fault: 'cut', how: 'fin' }),
    struck('cut-rst', 'RST', { fault: 'cut', how: 'rst' }),
    struck('cut-in-event', 'FIN in the middle of an event', { fault: 'cut', how: 'fin', at: 'event' }),
    answered('body-ends', 'The body ends in order', whole('end'), afterAnswer('open, event')),
    answered('body-then-fin', 'A whole event, then FIN', whole('fin'), afterAnswer('open, event')),
    answered('body-then-rst', 'A whole event, then RST', whole('rst'), afterAnswer('open, event')),
    answered('head-then-end', 'A head and an empty body', { fault: 'answer', status: 200, then: 'end', lasts: 'until-cleared' }, {
      ...afterAnswer('open'),
    }),
    beforeAnswer('fin-before-answer', 'fin'),
    beforeAnswer('rst-before-answer', 'rst'),
    outage('outage', 'Refused for 22 s', {
      takes: 40, throws: [{ fault: 'refuse', lasts: '22s' }, { fault: 'cut' }],
    }, {
      both: steady,
      chromium: { 'errors until it is back': between(7, 9), 'between errors': three },
      firefox: { 'errors until it is back': between(4, 6), 'between errors': five },
    }),
    outage('outage-retry-500', 'Refused for 8 s, after `?retry=500ms`', {
      takes: 20, query: { retry: '500ms' }, throws: [{ fault: 'refuse', lasts: '8s' }, { fault: 'cut' }],
    }, {
      both: { ...steady, 'errors until it is back': between(8, 18), 'between errors': about(500) },
    }),
    outage('restart', 'The server goes away and is back after 12 s', {
      takes: 28, ownServer: true, throws: [{ fault: 'restart', lasts: '12s', scope: 'all' }],
    }, {
      both: steady,
      chromium: { 'errors until it is back': between(4, 5), 'between errors': three },
      firefox: { 'errors until it is back': between(2, 3), 'between errors': five },
    }),
  ],
};

/** A stream with a hint in its URL, cut so many times. */
const hint = (retry, samples, expected) => ({
  id: `retry-${retry}`,
  situation: `\`retry: ${retry}\`, by \`?retry=${retry}ms\`, then FIN`,
  throws: [{ fault: 'cut', how: 'fin' }],
  takes: 4 + (samples * retry) / 500,
  expected,
  async play({ page, url, strike, when, requests }) {
    const source = await page.eventSource(url('sse', { after: 'latest', retry: `${retry}ms` }));
    for (let time = 1; time <= samples; time += 1) {
      await source.when('open', time);
      await when('event', time);
      await strike();
      await when('request', time + 1);
    }
    return { 'asks again after': times(spans(await source.all('error'), requests().slice(1))) };
  },
});

const within = (chromium, firefox) => ({ chromium: { 'asks again after': chromium }, firefox: { 'asks again after': firefox } });

/** A body of the fault's own. */
const bodyHint = (id, situation, body, expected) => ({
  id,
  situation,
  throws: [{ fault: 'answer', status: 200, body, then: 'end', lasts: 'until-cleared' }],
  takes: 18,
  expected,
  async play({ page, url, strike, when, requests }) {
    await strike();
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    await when('request', 4);
    return { 'asks again after': times(spans(await source.all('error'), requests().slice(1))) };
  },
});

const kept = {
  id: 'retry-kept',
  situation: '`retry: 700` once, in the first answer; the later ones have none, and are cut three times',
  throws: [{ fault: 'answer', status: 200, body: 'retry: 700\n\ndata: x\n\n', then: 'end' }, { fault: 'cut', how: 'fin' }],
  takes: 12,
  expected: { both: { 'asks again after each cut': about(700) } },
  async play({ page, url, strike, when, requests }) {
    await strike(0);
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    for (const time of [1, 2, 3]) {
      await source.when('open', time + 1);
      await when('event', time * 2);
      await strike(1);
      await when('request', time + 2);
    }
    return { 'asks again after each cut': times(spans(await source.all('error'), requests().slice(1)).slice(1)) };
  },
};

export const hints = {
  title: 'EventSource: `retry` hints',
  rows: [
    hint(0, 5, within(atOnce(450), about(500, { from: 475, to: 2_500 }))),
    hint(100, 4, within(about(100, { from: 95, to: 450 }), about(500, { from: 475, to: 2_500 }))),
    hint(500, 4, within(about(500), about(500))),
    hint(1_000, 3, within(about(1_000), about(1_000))),
    hint(10_000, 1, within(about(10_000), about(10_000))),
    bodyHint('retry-negative', '`retry: -1`', 'retry: -1\n\ndata: x\n\n', within(three, five)),
    bodyHint('retry-exponent', '`retry: 1e3`', 'retry: 1e3\n\ndata: x\n\n', within(three, five)),
    bodyHint('retry-bogus', '`retry: 100x` after `retry: 800`', 'retry: 800\n\nretry: 100x\n\ndata: x\n\n', within(about(800), about(800))),
    bodyHint('retry-empty', '`retry` without a value after `retry: 800`', 'retry: 800\n\nretry\n\ndata: x\n\n', within(three, about(500))),
    bodyHint('retry-unended', '`retry: 700` in a last line without an end', 'data: x\n\nretry: 700', within(three, five)),
    kept,
  ],
};
