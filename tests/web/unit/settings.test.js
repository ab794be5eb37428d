// The address says everything about a run; a mistake in it says what was wanted and found.
import assert from 'node:assert/strict';
import test from 'node:test';
import { SPECS, deviations, formatSettings, laneSettings, parseSettings, tidy } from '../../../web/model/settings.js';

test('an empty address means the defaults, and the defaults an empty address', () => {
  const { settings, mistakes } = parseSettings('');
  assert.deepEqual(mistakes, []);
  assert.deepEqual(settings.lanes, ['polling', 'sse', 'websocket']);
  assert.equal(settings.run, false);
  assert.equal(formatSettings(settings), '');
  assert.deepEqual(deviations(settings), []);
});

test('what is written is read again', () => {
  const query = '?lanes=sse,websocket&count=250&interval=20ms&ws=resume&encoding=json,binary&heartbeat=off&run=1&lang=zh';
  const { settings, mistakes } = parseSettings(query);
  assert.deepEqual(mistakes, []);
  assert.deepEqual(parseSettings(formatSettings(settings)).settings, settings);
});

test('an unknown name is a mistake that lists the names', () => {
  const { mistakes } = parseSettings('?cuont=5');
  assert.equal(mistakes.length, 1);
  assert.equal(mistakes[0].name, 'cuont');
  assert.match(mistakes[0].wanted, /count/);
});

test('a value out of range is a mistake, and the default stands in', () => {
  for (const query of ['?count=0', '?count=1e3', '?interval=100', '?poll=5ms', '?lanes=sse,ftp', '?ws=maybe', '?run=yes']) {
    const { settings, mistakes } = parseSettings(query);
    const name = /** @type {keyof typeof SPECS} */ (query.slice(1, query.indexOf('=')));
    assert.deepEqual(mistakes.map((one) => one.name), [name], query);
    assert.deepEqual(settings[name], parseSettings('').settings[name], query);
  }
});

test('a name given twice is a mistake', () => {
  assert.deepEqual(parseSettings('?count=5&count=6').mistakes.map((one) => one.name), ['count']);
});

test('one encoding is for all lanes, a list for each its own, and nothing between', () => {
  const one = parseSettings('?encoding=binary').settings;
  assert.deepEqual([0, 1, 2].map((index) => laneSettings(one, index).encoding), ['binary', 'binary', 'binary']);
  const each = parseSettings('?encoding=json,binary,json').settings;
  assert.deepEqual([0, 1, 2].map((index) => laneSettings(each, index).encoding), ['json', 'binary', 'json']);
  assert.deepEqual(parseSettings('?encoding=json,binary').mistakes.map((wrong) => wrong.name), ['encoding']);
});

test('a hash wants a path, unless a job is joined', () => {
  assert.deepEqual(parseSettings('?source=hash').mistakes.map((one) => one.name), ['path']);
  assert.deepEqual(parseSettings('?source=hash&path=disk.img').mistakes, []);
});

test('how the page looks is no caveat, what it measures is', () => {
  const { settings } = parseSettings('?lang=zh&theme=dark&run=1&poll=100ms');
  assert.deepEqual(deviations(settings), [{ name: 'poll', value: '100ms' }]);
});

test('each default fits its own rule', () => {
  for (const [name, spec] of Object.entries(SPECS)) assert.ok(spec.fits(spec.standard), name);
});

test('a typed duration may have a space before its unit, and is milliseconds without one', () => {
  assert.deepEqual(['50', ' 50 ms ', '1.5 s', 'off', 'abc'].map((text) => tidy('heartbeat', text)), ['50ms', '50ms', '1.5s', 'off', 'abc']);
  assert.equal(tidy('count', ' 50 '), '50');
});
