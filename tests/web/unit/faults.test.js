// What was thrown is a fold of the server's word and its record; the panel's choice is an address; bands are what the
// timeline draws of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { en } from '../../../web/i18n/en.js';
import { zh } from '../../../web/i18n/zh.js';
import { bandMarks, bandsOf } from '../../../web/model/bands.js';
import { checkChoice, readChoice, throwBody, writeChoice } from '../../../web/model/fault-choice.js';
import { Faults, covers, doubtsOf, struckCount } from '../../../web/model/faults.js';
import { formatSettings, parseSettings } from '../../../web/model/settings.js';
import { seen, switches } from './support.js';

const kinds = /** @type {import('../../../web/model/faults.js').FaultKind[]} */ ([
  {
    name: 'cut', title: 'Cut', scopes: ['all', 'lane', 'transport', 'connection'], nothing: {},
    lasts: { once: true, time: true, 'until-cleared': true, default: 'once' },
    params: [{ name: 'how', kind: 'choice', values: ['rst', 'fin'], default: 'rst' }],
  },
  {
    name: 'restart', title: 'Restart', scopes: ['all'], nothing: {}, params: [],
    lasts: { once: false, time: true, 'until-cleared': false, default: '1s' },
  },
]);

const told = (more = {}) => ({
  id: 'f1', fault: 'cut', params: { how: 'rst' }, scope: 'all', lasts: 'once', thrown: 100, heads: {}, struck: 0, cleared: null, caveats: [], ...more,
});
const server = (/** @type {string} */ kind, fields = {}) => seen(kind, { clock: 'server', lane: undefined, transport: undefined, id: 'f1', fault: 'cut', ...fields });
const thrown = server('thrown', { at: 100, params: { how: 'rst' }, scope: 'all', lasts: '5s', struck: 2 });

/** @param {{thrown?: ReturnType<typeof told>[], lines?: import('../../../web/model/types.js').Observation[]}} [given] */
function known({ thrown: throws = [], lines = [] } = {}) {
  const faults = new Faults();
  faults.know({ faults: kinds, thrown: throws });
  for (const line of lines) faults.fold(line);
  return faults;
}

test('a throw is known by its line, struck and cleared by theirs, in whichever order they come', () => {
  const lines = [
    thrown, server('struck', { at: 100, lane: 'a-1', conn: '17', what: 'at-work' }), server('struck', { at: 130, lane: 'a-1', conn: '17', what: 'reset' }),
    server('struck', { at: 130, lane: 'a-2', conn: '18', what: 'reset' }), server('struck', { at: 140, lane: 'a-2', conn: '19', what: 'reset' }),
    server('cleared', { at: 5100, why: 'time' }),
  ];
  for (const order of [lines, [...lines].reverse()]) {
    const [one] = known({ lines: order }).list;
    assert.deepEqual([one.fault, one.thrown, one.cleared, one.why, struckCount(one)], ['cut', 100, 5100, 'time', 3]);
    assert.deepEqual([...new Set(one.conns.values())].sort(), ['a-1', 'a-2']);
  }
});

test('what the server answers and what its record says are one throw, and neither undoes the other', () => {
  const faults = known({ lines: [thrown, server('cleared', { at: 200, why: 'asked' })] });
  faults.add(told({ struck: 3 }));
  assert.deepEqual([faults.list.length, faults.list[0].cleared, struckCount(faults.list[0])], [1, 200, 3]);
  assert.deepEqual(faults.active, []);
});

test('a line about a throw whose own line is not there yet is no throw', () => {
  assert.deepEqual(known({ lines: [server('struck', { lane: 'a-1', conn: '1' })] }).list, []);
});

test('a caveat of a throw stands at it once', () => {
  const weaker = server('caveat', { id: undefined, caveat: 'weaker', values: { id: 'f1', fault: 'cut', wanted: 'a filter', got: 'a stall' } });
  const [one] = known({ lines: [thrown, weaker, weaker] }).list;
  assert.deepEqual(one.caveats, [{ caveat: 'weaker', values: { wanted: 'a filter', got: 'a stall' } }]);
});

test('a throw covers who is in its scope, and of a connection whoever it has struck', () => {
  const lane = { id: 'a-1', transport: 'sse' };
  const faults = known({ lines: [server('struck', { id: 'f9', lane: 'a-1', conn: '17' })] });
  const scopes = [['all', true], ['transport:sse', true], ['transport:websocket', false], ['lane:a-1', true], ['lane:a-2', false]];
  for (const [scope, inside] of scopes) {
    faults.add(told({ scope }));
    assert.equal(covers(faults.list[0], lane), inside, String(scope));
  }
  faults.add(told({ id: 'f9', scope: 'connection:17' }));
  assert.equal(covers(/** @type {any} */ (faults.get('f9')), lane), true);
});

test('what the panel is set to is written as it is read', () => {
  for (const text of ['cut', 'cut(how=fin;scope=transport:sse)', 'cut(scope=lane:2;lasts=3s)', 'answer(body=a%3Bb%25;location=http://h/%28x%29?a%3Db;scope=connection:1;lasts=once)']) {
    const choice = readChoice(text);
    assert.ok(choice, text);
    assert.equal(writeChoice(choice), text);
  }
  assert.equal(readChoice('answer(body=a%3Bb%25)')?.params.body, 'a;b%');
});

test('what is no choice is none: bad brackets, names twice, scopes nobody has, times out of range, texts without end', () => {
  for (const text of ['', 'Cut', 'cut(', 'cut(how)', 'cut(how=a;how=b)', 'cut(how=a=b)', 'cut(scope=lane:0)', 'cut(scope=lane:7)', 'cut(scope=everyone)',
    'cut(scope=transport:smtp)', 'cut(lasts=5)', 'cut(lasts=2h)', 'cut(lasts=0ms)', 'cut(how=%)', `cut(how=${'x'.repeat(2000)})`]) {
    assert.equal(readChoice(text), null, text.slice(0, 40));
  }
});

test('a choice that the server would refuse is a mistake that says what it takes', () => {
  const faults = known();
  const wrong = (/** @type {string} */ text) => checkChoice(text, faults).map(({ name, found }) => [name, found]);
  assert.deepEqual(wrong('cut(how=fin;lasts=3s)'), []);
  assert.deepEqual(wrong('melt'), [['fault', 'melt']]);
  assert.deepEqual(wrong('cut(how=softly)'), [['fault: cut, how', 'softly']]);
  assert.deepEqual(wrong('cut(colour=red)'), [['fault: cut', 'colour']]);
  assert.deepEqual(wrong('restart(scope=lane:1;lasts=once)'), [['fault: restart, scope', 'lane:1'], ['fault: restart, lasts', 'once']]);
  assert.deepEqual(checkChoice('melt', null), [], 'before the server has said what there is');
});

test('a fault in the address prefills the panel, can be read there, and is no deviation of the run', () => {
  const query = '?lanes=sse,websocket&fault=cut(how=fin;scope=transport:sse)';
  const { settings, mistakes } = parseSettings(query, switches, known());
  assert.deepEqual(mistakes, []);
  assert.equal(formatSettings(settings), query);
  assert.deepEqual(parseSettings('?fault=cut(', switches, known()).mistakes.map((one) => one.name), ['fault']);
});

test('a throw is asked for with what differs from the default, and the scope the server knows', () => {
  const choice = { fault: 'cut', params: { how: 'fin' }, scope: 'lane:1', lasts: '' };
  assert.deepEqual(throwBody(choice, 'lane:a7-1'), { fault: 'cut', how: 'fin', scope: 'lane:a7-1' });
  assert.deepEqual(throwBody({ ...choice, params: {}, lasts: '3s' }, 'all'), { fault: 'cut', scope: 'all', lasts: '3s' });
});

test('bands lie over the rows in scope, from the throw to its end, and those before the run are not drawn', () => {
  const lanes = [{ id: 'a-1', transport: 'sse' }, { id: 'a-2', transport: 'websocket' }];
  const { list } = known({ thrown: [
    told({ id: 'f1', thrown: 100, cleared: 200 }), told({ id: 'f2', thrown: 900, scope: 'lane:a-2' }), told({ id: 'f3', thrown: 1500, cleared: 1500 }),
    told({ id: 'f4', scope: 'lane:of-another-page', thrown: 1600 }), told({ id: 'f5', thrown: 9000 }),
  ] });
  const bands = bandsOf(list, lanes, 1000, 5000);
  assert.deepEqual(bands.map(({ thrown: { id }, from, to, rows, whole }) => [id, from, to, rows, whole]),
    [['f2', 1000, null, [1], false], ['f3', 1500, 1500, [0, 1], true]]);
  assert.deepEqual(bandMarks(bands).map(({ t, what }) => [t, what]), [[1000, 'thrown'], [1500, 'thrown']]);
  assert.deepEqual(bandMarks(bandsOf(list, lanes, 50, 5000)).slice(0, 2).map(({ t, what }) => [t, what]), [[100, 'thrown'], [200, 'cleared']]);
});

test('each fault of the reference has a title and a sentence in both languages', () => {
  const text = readFileSync(new URL('../../../docs/reference/faults.md', import.meta.url), 'utf8');
  const names = [...text.matchAll(/^\| \[([a-z-]+)\]\(#/gm)].map((match) => match[1]);
  assert.ok(names.length >= 15, `the table was found: ${names}`);
  for (const name of names) for (const words of [en, zh]) assert.ok(words[`fault.${name}`] && words[`fault.${name}.what`], name);
});

test('that nothing was struck is no doubt any more once something is: a fault that lasts waits for who comes', () => {
  const faults = known({ thrown: [told({ lasts: 'end', caveats: [{ caveat: 'nothing-struck' }, { caveat: 'weaker' }] })] });
  assert.deepEqual(doubtsOf(faults.list[0]).map(({ caveat }) => caveat), ['nothing-struck', 'weaker']);
  faults.fold(server('struck', { conn: '7', lane: 'a-1' }));
  assert.deepEqual(doubtsOf(faults.list[0]).map(({ caveat }) => caveat), ['weaker']);
});

test('a bench that is another one knows nothing of what the last one threw', () => {
  const faults = known({ thrown: [told({ id: 'f1' }), told({ id: 'f2' })] });
  faults.fold(server('struck', { conn: '7', lane: 'a-1' }));
  faults.know({ faults: kinds, thrown: [told({ id: 'f1', thrown: 9000 })] }, true);
  assert.deepEqual(faults.list.map(({ id, thrown: at, conns }) => [id, at, conns.size]), [['f1', 9000, 0]]);
});
