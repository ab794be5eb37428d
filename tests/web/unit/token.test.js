// @ts-check
/* Where the page's requests carry the token of a job that asks for one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedUrl, sent, tokenHeader } from '../../../web/transports/link.js';

/**
 * @param {Record<string, string>} values
 * @returns {any}
 */
function link(values) {
  const { token } = values;
  const settings = { values, sent: { mode: 'last', ...(token ? { token } : {}) } };
  return { job: 'demo', lane: 'l1', origin: 'http://127.0.0.2:1', settings };
}

test('a token stands in the address unless a header is asked for', () => {
  const lane = link({ token: 'sesame', 'token-by': 'query' });
  assert.deepEqual(tokenHeader(lane), {});
  assert.equal(feedUrl(lane, 'polling', {}).searchParams.get('token'), 'sesame');
});

test('with a header it stands nowhere else, and the other switches stay', () => {
  const lane = link({ token: 'sesame', 'token-by': 'header' });
  assert.deepEqual(tokenHeader(lane), { Authorization: 'Bearer sesame' });
  assert.deepEqual(sent(lane), { mode: 'last' });
  assert.equal(feedUrl(lane, 'polling', {}).searchParams.has('token'), false);
});

test('without a token there is no header to send', () => {
  assert.deepEqual(tokenHeader(link({ 'token-by': 'header' })), {});
});
