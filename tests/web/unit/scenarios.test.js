// Scenarios as the bench tells them: what is found by typing, where lanes stand, whom a step is for, what was met.
import assert from 'node:assert/strict';
import test from 'node:test';
import { castOf, judged, likely, meant, playsOf, readers, search, wordsIn } from '../../../web/model/scenarios.js';
import { switches } from './support.js';

const origins = [1, 2, 3].map((id) => ({ id, url: `http://127.0.0.${id + 1}:8080`, listening: true }));

/** @param {string} scenario @param {Partial<import('../../../web/model/scenarios.js').Scenario>} more */
const scenario = (scenario, more = {}) => ({ scenario, title: scenario, question: '', lanes: [{ name: 'sse', transport: 'sse', count: 1 }], skipped: null, ...more });

const run = /** @type {import('../../../web/model/scenarios.js').PlayedRun} */ ({
  run: 'r7', scenario: 's', title: 'S', state: 'waiting', job: 'r7', steps: 1, why: null, report: null,
  lanes: [
    { lane: 'r7-pair-1', name: 'pair', transport: 'sse', origin: 3, url: 'http://127.0.0.4:8080', page: 'same', settings: { retry: '300ms' } },
    { lane: 'r7-pair-2', name: 'pair', transport: 'sse', origin: 3, url: 'http://127.0.0.4:8080', page: 'other', settings: {} },
    { lane: 'r7-poll', name: 'poll', transport: 'polling', origin: 1, url: 'http://127.0.0.2:9', page: 'other', settings: { poll: '100ms', overlap: '3' } },
  ],
});

test('a scenario is found by words of its name, question, lesson or transports, whatever their case and order', () => {
  const list = [
    scenario('abrupt-drop', { title: 'Abrupt drop', question: 'What happens to a half-received message?' }),
    scenario('herd', { title: 'Herd', teaches: 'A crowd returns together.', lanes: [{ name: 'crowd', transport: 'websocket', count: 5 }] }),
  ];
  const found = (/** @type {string} */ query) => search(list, query).map((one) => one.scenario);
  assert.deepEqual(found(''), ['abrupt-drop', 'herd']);
  assert.deepEqual(found('MESSAGE drop'), ['abrupt-drop']);
  assert.deepEqual(found('websocket'), ['herd']);
  assert.deepEqual(found('together crowd'), ['herd']);
  assert.deepEqual(found('websocket drop'), []);
  assert.equal(readers(list[1].lanes), 5);
});

test('a scenario says its words in Chinese where it has them, and is found by them in any language', () => {
  const zh = { title: '惊群', question: '一拥而上吗？', teaches: null };
  const [both, one] = [scenario('herd', { zh }), scenario('drop', { zh: null })];
  assert.deepEqual([wordsIn(both, 'zh').title, wordsIn(both, 'en').title, wordsIn(one, 'zh').title], ['惊群', 'herd', 'drop']);
  assert.deepEqual(search([both, one], '一拥').map((found) => found.scenario), ['herd']);
});

test('lanes stand where the run says, those of another page at the next origin', () => {
  const cast = castOf(run, origins);
  assert.deepEqual(cast.map(({ id, name, origin, page }) => [id, name, origin.url, page]), [
    ['r7-pair-1', 'pair-1', 'http://127.0.0.4:8080', null],
    ['r7-pair-2', 'pair-2', 'http://127.0.0.4:8080', 'http://127.0.0.2:8080'],
    ['r7-poll', 'poll', 'http://127.0.0.2:9', 'http://127.0.0.3:8080'],
  ]);
});

test('before the run is made each lane is guessed to have an origin of its own', () => {
  const cast = likely(scenario('s', { lanes: [{ name: 'a', transport: 'sse', count: 2 }, { name: 'b', transport: 'websocket', count: 1 }] }), origins);
  assert.deepEqual(cast.map(({ name, origin }) => [name, origin.id]), [['a-1', 1], ['a-2', 1], ['b', 2]]);
});

test('a lane plays with what its scenario says, and only the server\'s switches are sent', () => {
  const plays = playsOf(run, switches);
  assert.deepEqual(plays.get('r7-pair-1')?.sent, { retry: '300ms' });
  const poll = plays.get('r7-poll');
  assert.deepEqual([poll?.values.poll, poll?.values.overlap, poll?.sent], ['100ms', '3', {}]);
});

test('a step is for every lane of its name', () => {
  assert.deepEqual(meant(run, 'pair'), ['r7-pair-1', 'r7-pair-2']);
  assert.deepEqual(meant(run, 'poll'), ['r7-poll']);
  assert.deepEqual(meant(run, undefined), []);
});

test('what is missed stands first, what was not judged says why, and no report is no verdict', () => {
  const one = { measure: 'missed', lane: 'sse', expected: '0', observed: '0' };
  const { verdicts, caveats, unjudged } = judged({ v: 1, reports: [{
    verdicts: [{ ...one, verdict: 'met' }, { ...one, verdict: 'not judged', why: 'not this clock', observed: '' }, { ...one, verdict: 'missed', lane: null, observed: '3', because: 'RFC' }],
    caveats: [{ caveat: 'late-timer', text: 'A timer was late.', remedy: 'Close other tabs.', lines: [3] }],
  }] });
  assert.deepEqual(verdicts.map(({ met, lane, observed, because }) => [met, lane, observed, because]),
    [['missed', '', '3', 'RFC'], ['not-judged', 'sse', 'not this clock', ''], ['met', 'sse', '0', '']]);
  assert.deepEqual(caveats, [{ text: 'A timer was late.', remedy: 'Close other tabs.' }]);
  assert.equal(unjudged, '');
  assert.deepEqual(judged(null), { verdicts: [], caveats: [], unjudged: '' });
  assert.equal(judged({ reports: [{ verdicts: [], caveats: [], not_judged: 'no scenario' }] }).unjudged, 'no scenario');
});
