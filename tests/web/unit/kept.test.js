// What a page keeps over its own reload, and a browser that keeps nothing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { forget, keep, kept } from '../../../web/bench/kept.js';

/** @param {PropertyDescriptor} storage  the tab's from here on */
const storage = (storage) => Object.defineProperty(globalThis, 'sessionStorage', { configurable: true, ...storage });

test('what was kept is there until it is forgotten', () => {
  /** @type {Map<string, string>} */
  const items = new Map();
  const value = {
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: items.set.bind(items),
    removeItem: items.delete.bind(items),
  };
  storage({ value });
  assert.equal(kept('secret'), null);
  keep('secret', 'abc');
  keep('bets', { sse: 'all' });
  assert.deepEqual([kept('secret'), kept('bets')], ['abc', { sse: 'all' }]);
  forget('secret');
  assert.deepEqual([kept('secret'), kept('bets')], [null, { sse: 'all' }]);
  items.set('bets', '{"sse":');
  assert.equal(kept('bets'), null, 'what nobody can read was not kept');
});

test('a browser that forbids storage keeps nothing, and no page stops for it', () => {
  storage({ get: () => { throw new DOMException('The operation is insecure.', 'SecurityError'); } });
  keep('secret', 'abc');
  forget('secret');
  assert.equal(kept('secret'), null);
});
