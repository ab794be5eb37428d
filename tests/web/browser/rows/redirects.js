// An EventSource that is redirected: whether it follows, and which URL it asks after its connection was cut.
import { errorsSaid } from './support/speak.js';

const redirect = (status, { elsewhere }, firefox) => ({
  id: `redirect-${status}${elsewhere ? '-elsewhere' : ''}`,
  situation: `The first answer is ${status} to ${elsewhere ? 'another origin' : 'another path of the same origin'}; then RST`,
  throws: [
    { fault: 'answer', status, location: elsewhere ? 'origin:2' : '/jobs/moved/sse?lane=…' },
    { fault: 'cut' },
  ],
  origins: 2,
  takes: 10,
  expected: {
    both: { follows: 'yes', error: 'one, readyState 0', 'asks next': 'the final URL' },
    ...(firefox && { firefox: { 'asks next': firefox } }),
  },
  async play({ page, url, strike, when, requests, origins }) {
    const location = elsewhere ? `origin:${origins[1].id}` : url('sse moved', { after: 'latest' });
    await strike(0, { location });
    const source = await page.eventSource(url('sse', { after: 'latest' }));
    await source.when('open');
    await source.when('event', 2);
    await when('request', 2);
    const [first, final] = requests();
    await strike(1);
    const next = await when('request', 3);
    const same = (one, other) => one.path === other.path && one.origin === other.origin;
    return {
      follows: same(first, final) ? 'no' : 'yes',
      error: errorsSaid(await source.all('error')),
      'asks next': same(next, final) ? 'the final URL' : same(next, first) ? 'the original URL' : next.path,
    };
  },
});

const original = 'the original URL';

export const redirects = {
  title: 'EventSource: redirects',
  rows: [
    ...[301, 308].map((status) => redirect(status, {})),
    ...[302, 303, 307].map((status) => redirect(status, {}, original)),
    redirect(301, { elsewhere: true }),
    redirect(302, { elsewhere: true }, original),
  ],
};
