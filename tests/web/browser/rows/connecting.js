// An EventSource whose server cannot be reached, or is there and says nothing.
import { about } from './support/facts.js';
import { errorsSaid, gaps } from './support/speak.js';
import { sleep } from '../support/wait.js';

const refused = (id, situation, page, expected) => ({
  id,
  situation,
  throws: ['PUT /api/origins/{id} {"listening":false}'],
  origins: page ? 2 : 1,
  takes: 18,
  expected,
  async play({ page: hands, listening, origins, url }) {
    const target = origins.at(-1);
    await listening(target, false);
    const source = await hands.eventSource(url('sse', { after: 'latest' }, origins.length - 1));
    await source.when('error');
    await sleep(12_000);
    const errors = await source.all('error');
    await listening(target, true);
    const alive = (await source.ready()) !== 2;
    const open = alive ? await source.when('open') : undefined;
    return {
      'each error': errorsSaid([errors[0]]),
      'tries again': alive ? { kind: 'times', ms: gaps(errors) } : 'never',
      'opens when the server is back': open ? 'yes' : 'no',
    };
  },
});

export const connecting = {
  title: 'EventSource: first connection',
  rows: [
    refused('first-refused-same-origin', 'The first connection is refused, same origin', false, {
      both: { 'each error': 'one, readyState 0', 'opens when the server is back': 'yes' },
      chromium: { 'tries again': about(3_000) },
      firefox: { 'tries again': about(5_000) },
    }),
    refused('first-refused-cross-origin', 'The first connection is refused, page of another origin', true, {
      chromium: { 'each error': 'one, readyState 0', 'tries again': about(3_000), 'opens when the server is back': 'yes' },
      firefox: { 'each error': 'one, readyState 2', 'tries again': 'never', 'opens when the server is back': 'no' },
    }),
  ],
};
