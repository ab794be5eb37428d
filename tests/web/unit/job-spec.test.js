// What is asked of the bench for these settings.
import assert from 'node:assert/strict';
import test from 'node:test';
import { jobSpec } from '../../../web/model/job-spec.js';
import { parseSettings } from '../../../web/model/settings.js';

const spec = (/** @type {string} */ query) => jobSpec(parseSettings(query).settings);

test('a synthetic job carries its numbers as numbers and waits for the start', () => {
  assert.deepEqual(spec('?count=50&payload=text&size=200&seed=7'), {
    source: 'synthetic', count: 50, interval: '100ms', jitter: '0ms', payload: 'text', size: 200, seed: 7, start: 'ready',
  });
});

test('a job kept on the connection is described as a synthetic one', () => {
  assert.deepEqual(spec('?source=per-connection&count=50'), { ...spec('?count=50'), source: 'per-connection' });
});

test('a hash carries its path', () => {
  assert.deepEqual(spec('?source=hash&path=disk.img'), { source: 'hash', path: 'disk.img', interval: '100ms', start: 'ready' });
});

test('a replay carries its path and its speed', () => {
  assert.deepEqual(spec('?source=replay&path=monday.jsonl&speed=2.5'), { source: 'replay', path: 'monday.jsonl', speed: 2.5, start: 'ready' });
});

test('a pushed job has nothing to say but that it waits', () => {
  assert.deepEqual(spec('?source=push'), { source: 'push', start: 'ready' });
});
