// What is asked of the bench for these settings.
import assert from 'node:assert/strict';
import test from 'node:test';
import { jobSpec } from '../../../web/model/job-spec.js';
import { parseSettings } from '../../../web/model/settings.js';

test('a synthetic job carries its numbers as numbers and waits for the start', () => {
  assert.deepEqual(jobSpec(parseSettings('?count=50&payload=text&size=200&seed=7').settings), {
    source: 'synthetic', count: 50, interval: '100ms', jitter: '0ms', payload: 'text', size: 200, seed: 7, start: 'ready',
  });
});

test('a hash carries its path', () => {
  assert.deepEqual(jobSpec(parseSettings('?source=hash&path=disk.img').settings),
    { source: 'hash', path: 'disk.img', interval: '100ms', start: 'ready' });
});
