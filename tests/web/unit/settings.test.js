// The address says everything about a run; a mistake in it says what was wanted and found.
import assert from 'node:assert/strict';
import test from 'node:test';
import { laneSettings } from '../../../web/model/lane-settings.js';
import { SPECS, deviations, formatSettings, parseSettings, tidy } from '../../../web/model/settings.js';
import { switches } from './support.js';

const parse = (/** @type {string} */ query) => parseSettings(query, switches);

test('an empty address means the defaults, and the defaults an empty address', () => {
  const { settings, mistakes } = parse('');
  assert.deepEqual(mistakes, []);
  assert.deepEqual(settings.lanes.map((one) => one.transport), ['polling', 'sse', 'websocket']);
  assert.equal(settings.run, false);
  assert.equal(formatSettings(settings), '');
  assert.deepEqual(deviations(settings), []);
});

test('what is written is read again', () => {
  const query = '?lanes=sse(ids=off;heartbeat=1s),sse,long-polling(wait=5s),fetch-stream(fetch=resume),websocket&count=250&interval=20ms&ws=resume&encoding=cbor&heartbeat=off&run=1&lang=zh';
  const { settings, mistakes } = parse(query);
  assert.deepEqual(mistakes, []);
  assert.deepEqual(parse(formatSettings(settings)).settings, settings);
});

test('lanes and their switches can be read in the address without decoding it', () => {
  const { settings } = parse('?lanes=sse,sse(ids=off;heartbeat=1s),websocket(fanout=stock)&job=a');
  assert.equal(formatSettings(settings), '?lanes=sse,sse(ids=off;heartbeat=1s),websocket(fanout=stock)&job=a');
});

test('an unknown name is a mistake that lists the names', () => {
  const { mistakes } = parse('?cuont=5');
  assert.equal(mistakes.length, 1);
  assert.equal(mistakes[0].name, 'cuont');
  assert.match(mistakes[0].wanted, /count.*heartbeat/);
});

test('a value out of range is a mistake, and the default stands in', () => {
  for (const query of ['?count=0', '?count=1e3', '?interval=100', '?poll=5ms', '?ws=maybe', '?run=yes', '?encoding=xml', '?wait=50ms', '?speed=0', '?source=stdin']) {
    const { settings, mistakes } = parse(query);
    assert.deepEqual(mistakes.map((one) => one.name), [query.slice(1, query.indexOf('='))], query);
    assert.deepEqual(settings, parse('').settings, query);
  }
});

test('a name given twice is a mistake', () => {
  assert.deepEqual(parse('?count=5&count=6').mistakes.map((one) => one.name), ['count']);
});

test('a value at the top is for all lanes that take it, and a lane\'s own goes before it', () => {
  const { settings } = parse('?encoding=cbor&lanes=polling,sse(encoding=raw),websocket&wait=1s');
  assert.deepEqual([0, 1, 2].map((index) => laneSettings(settings, index, switches).values.encoding), ['cbor', 'raw', 'cbor']);
  assert.deepEqual(laneSettings(settings, 0, switches).sent, { encoding: 'cbor' }, 'polling takes no wait');
});

test('one encoding is for all lanes, a list for each its own, and nothing between', () => {
  const each = parse('?encoding=json,binary,json').settings;
  assert.deepEqual([0, 1, 2].map((index) => laneSettings(each, index, switches).values.encoding), ['json', 'binary', 'json']);
  assert.deepEqual(parse('?encoding=json,binary').mistakes.map((wrong) => wrong.name), ['encoding']);
  assert.deepEqual(parse('?ws=bare,bare,resume').mistakes, [], 'the default may stand where a lane does not take it');
});

test('what comes from a file wants a path, unless a job is joined', () => {
  assert.deepEqual(parse('?source=hash').mistakes.map((one) => one.name), ['path']);
  assert.deepEqual(parse('?source=replay').mistakes.map((one) => one.name), ['path']);
  assert.deepEqual(parse('?source=hash&path=disk.img').mistakes, []);
});

test('how the page looks is no caveat, what it measures is', () => {
  const { settings } = parse('?lang=zh&theme=dark&run=1&poll=100ms');
  assert.deepEqual(deviations(settings), [{ name: 'poll', value: '100ms' }]);
});

test('each default fits its own rule', () => {
  for (const [name, spec] of Object.entries(SPECS)) assert.ok(spec.fits(spec.standard), name);
});

test('a typed duration may have a space before its unit, and is milliseconds without one', () => {
  assert.deepEqual(['50', ' 50 ms ', '1.5 s', 'off', 'abc'].map((text) => tidy(text, true)), ['50ms', '50ms', '1.5s', 'off', 'abc']);
  assert.equal(tidy(' 50 '), '50');
});

test('before the server has said what it takes, switches are let pass for it to judge', () => {
  const { settings, mistakes } = parseSettings('?lanes=sse(ids=off),websocket&encoding=cbor');
  assert.deepEqual(mistakes, []);
  assert.deepEqual([settings.lanes[0].own, settings.all], [{ ids: 'off' }, { encoding: 'cbor' }]);
});
