// Switches of a lane: the server's table, strict reading, and where lanes are not alike.
import assert from 'node:assert/strict';
import test from 'node:test';
import { formatLanes, parseLanes } from '../../../web/model/lane-list.js';
import { differences, laneSettings, resumes } from '../../../web/model/lane-settings.js';
import { parseSettings } from '../../../web/model/settings.js';
import { fits, wanted } from '../../../web/model/switches.js';
import { switches } from './support.js';

/** @param {string} lanes */
const settingsOf = (lanes) => {
  const { settings } = parseSettings(`?lanes=${lanes}`, switches);
  return settings.lanes.map(({ transport }, index) => ({ transport, own: laneSettings(settings, index, switches) }));
};

test('a lane is a transport and what it is switched to', () => {
  const { lanes, mistakes } = parseLanes('sse,sse(ids=off;heartbeat=1s),websocket(fanout=stock)', switches);
  assert.deepEqual(mistakes, []);
  assert.deepEqual(lanes, [
    { transport: 'sse', own: {} }, { transport: 'sse', own: { ids: 'off', heartbeat: '1s' } },
    { transport: 'websocket', own: { fanout: 'stock' } },
  ]);
  assert.equal(formatLanes(lanes), 'sse,sse(ids=off;heartbeat=1s),websocket(fanout=stock)');
});

test('each mistake says what was wanted and what was found', () => {
  /** @type {[string, RegExp, string][]} */
  const wrong = [
    ['sse(ids=of)', /on \| off/, 'of'], ['sse(idz=off)', /a switch that sse takes: .*ids/, 'idz'],
    ['websocket(ids=off)', /a switch that websocket takes/, 'ids'], ['long-polling(wait=1)', /duration with its unit, 100ms to 10m/, '1'],
    ['long-polling(wait=11m)', /100ms to 10m/, '11m'], ['sse(ids)', /name=value/, 'ids'], ['polling(limit=0)', /whole number, 1 to 10000/, '0'],
    ['sse(ids=off;ids=on)', /ids once/, 'ids=off;ids=on'], ['ftp', /polling, long-polling/, 'ftp'], ['sse(ids=off', /with commas/, 'sse(ids=off'],
    ['sse)', /with commas/, 'sse)'], ['', /with commas/, ''], ['sse,sse,sse,sse,sse,sse,sse', /1 to 6/, 'sse,sse,sse,sse,sse,sse,sse'],
  ];
  for (const [text, told, found] of wrong) {
    const { mistakes } = parseLanes(text, switches);
    assert.equal(mistakes.length, 1, text);
    assert.match(mistakes[0].wanted, told, text);
    assert.equal(mistakes[0].found, found, text);
  }
});

test('a duration may be off only where the server says so', () => {
  assert.equal(fits({ name: 'a', kind: 'duration', off: true }, 'off'), true);
  assert.equal(fits({ name: 'a', kind: 'duration' }, 'off'), false);
  assert.match(wanted({ name: 'a', kind: 'duration', min: '1s', max: '2s', off: true }), /1s to 2s, or off/);
});

test('only what is not the server\'s default is sent, and what the client does is not sent at all', () => {
  const [lane] = settingsOf('polling(poll=100ms;encoding=json;mode=last)');
  assert.deepEqual([lane.own.sent, lane.own.changed], [{ mode: 'last' }, { poll: '100ms', mode: 'last' }]);
  assert.equal(lane.own.values.limit, '1000');
});

test('a card shows what its lane alone is switched to, and what makes its numbers others', () => {
  const { settings } = parseSettings('?poll=100ms&encoding=cbor&lanes=polling(mode=last),sse', switches);
  assert.deepEqual([0, 1].map((index) => laneSettings(settings, index, switches).shown), [{ encoding: 'cbor', mode: 'last' }, { encoding: 'cbor' }]);
});

test('lanes that are alike differ in nothing', () => {
  assert.deepEqual(differences(settingsOf('polling,sse,websocket'), switches), []);
  assert.deepEqual(differences(settingsOf('sse(encoding=cbor),websocket(encoding=cbor)'), switches), []);
  assert.deepEqual(differences(settingsOf('long-polling(wait=1s),websocket(ws=resume)'), switches), []);
});

test('lanes differ by what only some of those who take it are switched to', () => {
  assert.deepEqual(differences(settingsOf('sse(encoding=cbor),websocket'), switches), ['encoding']);
  assert.deepEqual(differences(settingsOf('sse(ids=off),sse'), switches), ['ids']);
});

test('a courtesy denied to one lane is a difference even if no other lane knows it', () => {
  assert.deepEqual(differences(settingsOf('sse(ids=off),websocket'), switches), ['ids']);
});

test('who resumes is said by the switches', () => {
  const told = settingsOf('polling,sse,websocket,websocket(ws=resume),fetch-stream(fetch=resume),sse(resume=off)')
    .map(({ transport, own }) => resumes(transport, own));
  assert.deepEqual(told, [true, true, false, true, true, false]);
});
