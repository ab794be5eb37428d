// How a lesson goes, and how its answers are read from what was measured: bets, the run, what is told, the knobs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { factsOf, filled, measured } from '../../../web/model/lesson-facts.js';
import { begin, changes, ended, explore, isPlaced, place, reveal, run, runOf, score, shown, turn } from '../../../web/model/lesson.js';

/** @typedef {import('../../../web/lessons/types.js').Answer} Answer */
/** @typedef {import('../../../web/lessons/types.js').Lesson} Lesson */

const text = (/** @type {string} */ en, zh = `中 ${en}`) => ({ en, zh });

/** @type {Lesson} */
const lesson = {
  name: 'sample', title: text('T'), question: text('Q'), scene: text('S'), scenario: 'abrupt-drop', native: null, next: 'another',
  bets: [
    {
      bet: 'back', lanes: ['sse'], asks: text('Back?'), usual: ['yes'], otherwise: text('Usually; here {missed} missed.'), sources: [{ says: 'a section', url: 'https://example.org/' }],
      answers: [
        { answer: 'yes', says: text('Yes'), when: { ended: true, missed: 0 }, because: text('after {wait}, as {poll.requests} requests') },
        { answer: 'no', says: text('No'), when: { ended: false } },
      ],
    },
    {
      bet: 'cheap', lanes: ['poll'], asks: text('Cheap?'), usual: ['yes'], otherwise: text('?'), sources: [],
      answers: [{ answer: 'yes', says: text('Yes'), when: { 'bytes-up': { below: 'sse' } } }, { answer: 'no', says: text('No'), when: { 'bytes-up': { above: 'sse' } } }],
    },
  ],
  knobs: [{ knob: 'pace', says: text('Pace'), look: text('Look'), values: [{ says: text('slow'), set: [] }, { says: text('quick'), set: ['feed.interval=1ms'] }] }],
};

const at = (/** @type {number} */ least, greatest = least) => ({ least, greatest });

/** @param {Record<string, Record<string, any>[]>} lanes @param {any} more */
const report = (lanes, more = {}) => ({
  reports: [{
    end: 'ended', why: 'done', caveats: [{ name: 'busy', text: 'The machine is busy.', remedy: 'Wait.', lines: [] }],
    lanes: Object.entries(lanes).flatMap(([name, all]) => all.map((measures, index) => ({ lane: `${name}-${index}`, name, measures }))), ...more,
  }],
});

const asUsual = report({ sse: [{ ended: true, missed: 0, wait: at(3000), 'bytes-up': 900 }], poll: [{ requests: 7, 'bytes-up': 500 }] });
const otherwise = report({ sse: [{ ended: false, missed: 4, wait: null, 'bytes-up': 900 }], poll: [{ requests: 7, 'bytes-up': 900 }] });

/** @param {Partial<Answer>} answer @param {Record<string, any>[]} readers @param {Record<string, Record<string, any>[]>} others */
function holds(answer, readers, others = {}) {
  const bet = { ...lesson.bets[0], lanes: ['a'], answers: [{ answer: 'it', says: text(''), when: {}, ...answer }] };
  return measured(bet, factsOf(report({ a: readers, ...others }))) === 'it';
}

test('a value, bounds and nothing at all are held against what was measured', () => {
  assert.ok(holds({ when: { missed: 0, state: 'ended', clean: null } }, [{ missed: 0, state: 'ended', clean: null }]));
  assert.ok(!holds({ when: { missed: 0 } }, [{ missed: 1 }]));
  assert.ok(!holds({ when: { missed: 0 } }, [{}]), 'what was not measured is not 0');
  assert.ok(!holds({ when: { wait: { max: 5000 } } }, [{ wait: null }]), 'nor within bounds');
  assert.ok(holds({ when: { wait: { min: 100, max: 300 } } }, [{ wait: at(100, 300) }]));
  assert.ok(!holds({ when: { wait: { min: 100, max: 300 } } }, [{ wait: at(100, 301) }]));
  assert.ok(!holds({ when: { wait: { min: 100 } } }, [{ wait: at(99, 300) }]));
});

test('another lane is compared with by each of its readers, and by a multiple', () => {
  const others = { b: [{ requests: 4 }, { requests: 10 }] };
  assert.ok(holds({ when: { requests: { above: 'b' } } }, [{ requests: 11 }], others));
  assert.ok(!holds({ when: { requests: { above: 'b' } } }, [{ requests: 10 }], others));
  assert.ok(holds({ when: { requests: { below: 'b' } } }, [{ requests: 3 }], others));
  assert.ok(!holds({ when: { requests: { below: 'b', times: 0.5 } } }, [{ requests: 3 }], others));
  assert.ok(!holds({ when: { requests: { below: 'c' } } }, [{ requests: 3 }], others), 'no such lane');
  assert.ok(!holds({ when: { requests: { below: 'b' } } }, [{ requests: 3 }], { b: [{ requests: null }] }), 'nothing measured of it');
});

test('all readers of a lane meet it, or so many as are wanted', () => {
  const readers = [{ missed: 0 }, { missed: 0 }, { missed: 3 }];
  assert.ok(!holds({ when: { missed: 0 } }, readers));
  assert.ok(holds({ when: { missed: 0 }, readers: { min: 2, max: 2 } }, readers));
  assert.ok(!holds({ when: { missed: 0 }, readers: { min: 3, max: 9 } }, readers));
});

test('a spread is between the least and the greatest of all readers, and unknown if one of them has none', () => {
  const readers = [{ wait: at(1000, 1100) }, { wait: at(1300) }];
  assert.ok(holds({ spread: { wait: { min: 300, max: 300 } } }, readers));
  assert.ok(!holds({ spread: { wait: { max: 299 } } }, readers));
  assert.ok(!holds({ spread: { wait: { max: 900 } } }, [...readers, { wait: null }]));
});

test('where a lane was not there, nothing was measured', () => {
  assert.equal(measured(lesson.bets[0], factsOf(report({ poll: [{ requests: 1 }] }))), null);
});

test('blanks are filled with what was measured, in the units that people read', () => {
  const facts = factsOf(report({ sse: [{ wait: at(2900, 3100), 'bytes-up': 1500, missed: 2 }, { wait: null, missed: 5 }], poll: [{ requests: 7 }] }));
  const [bet] = lesson.bets;
  assert.equal(filled('{wait}', bet, facts), '2.9 s – 3.1 s');
  assert.equal(filled('{missed} of {poll.requests}', bet, facts), '2 – 5 of 7');
  assert.equal(filled('{bytes-up}', bet, facts), '1.5 kB');
  assert.equal(filled('{code} {nobody.code}', bet, facts), '– –');
  const one = factsOf(report({ sse: [{ requests: 1, errors: 1 }], poll: [{ requests: 21 }] }));
  assert.equal(filled('{requests} requests, {errors} error events, {poll.requests} requests, 0 – 1 errors', bet, one), '1 request, 1 error event, 21 requests, 0 – 1 errors');
});

test('a run that did not come to its end says why, and so does no report at all', () => {
  assert.equal(factsOf(asUsual).problem, '');
  assert.equal(factsOf(report({}, { why: 'until' })).problem, '');
  assert.equal(factsOf(report({}, { why: 'interrupted' })).problem, 'interrupted');
  assert.equal(factsOf(report({}, { end: 'torn', why: '' })).problem, 'torn');
  assert.equal(factsOf(null).problem, 'no report');
});

test('bets are placed before the run alone, and only on what can be answered', () => {
  let state = begin(lesson);
  assert.ok(!isPlaced(state));
  assert.equal(place(state, 'back', 'perhaps'), state);
  assert.equal(place(state, 'nothing', 'yes'), state);
  state = place(place(place(state, 'back', 'no'), 'back', 'yes'), 'cheap', 'no');
  assert.deepEqual([...state.bets], [['back', 'yes'], ['cheap', 'no']]);
  assert.ok(isPlaced(state));
  assert.equal(place(run(state), 'back', 'no').bets.get('back'), 'yes');
});

test('what was measured is told with the reason, and scored against the bets', () => {
  const state = ended(run(place(place(begin(lesson), 'back', 'yes'), 'cheap', 'no')), asUsual);
  const [back, cheap] = reveal(state, 'en');
  assert.deepEqual([back.measured, back.right, back.usual, back.says, back.because], ['yes', true, true, 'Yes', 'after 3.0 s, as 7 requests']);
  assert.deepEqual(back.caveats, [], 'as usual: no caveat beside it');
  assert.deepEqual([cheap.measured, cheap.right], ['yes', false]);
  assert.equal(reveal(state, 'zh')[0].says, '中 Yes');
  assert.deepEqual(score(state), { right: 1, of: 2 });
  assert.deepEqual(reveal(begin(lesson), 'en'), [], 'nothing before the run');
});

test('what came out otherwise than usual says so, with the caveats; what is no answer is not scored', () => {
  const state = ended(run(place(begin(lesson), 'back', 'no')), otherwise);
  const [back, cheap] = reveal(state, 'en');
  assert.deepEqual([back.measured, back.right, back.usual, back.because], ['no', true, false, 'Usually; here 4 missed.']);
  assert.deepEqual(back.caveats, [{ text: 'The machine is busy.', remedy: 'Wait.' }]);
  assert.deepEqual([cheap.measured, cheap.right, cheap.says, cheap.because], [null, null, '', '?']);
  assert.deepEqual(score(state), { right: 1, of: 1 });
});

test('one that failed leads back to the bets, which are kept, or to the knobs', () => {
  const failed = report({}, { why: 'failed' });
  const state = ended(run(place(begin(lesson), 'back', 'yes')), failed);
  assert.deepEqual([state.phase, state.problem, state.first, state.bets.get('back')], ['bet', 'failed', null, 'yes']);
  assert.equal(run(state).problem, '');
  const later = ended(run(explore(ended(run(state), asUsual))), failed);
  assert.deepEqual([later.phase, later.problem, later.latest === later.first], ['explore', 'failed', true]);
  assert.equal(ended(state, asUsual), state, 'a report of nothing that runs');
});

test('knobs are turned after the telling alone, and go into the next run', () => {
  const told = ended(run(begin(lesson)), asUsual);
  assert.equal(turn(told, 'pace', 1), told);
  const open = explore(told);
  assert.equal(turn(open, 'pace', 2), open);
  assert.equal(turn(open, 'none', 1), open);
  const turned = turn(open, 'pace', 1);
  assert.deepEqual(runOf(turned), { scenario: 'abrupt-drop', settings: ['feed.interval=1ms'] });
  assert.deepEqual(runOf(turn(turned, 'pace', 0)), { scenario: 'abrupt-drop', settings: [] });
});

test('a later run changes no score, and what it changed is told', () => {
  const state = ended(run(turn(explore(ended(run(place(begin(lesson), 'back', 'yes')), asUsual)), 'pace', 1)), otherwise);
  assert.deepEqual(score(state), { right: 1, of: 1 });
  assert.deepEqual(changes(state, 'en').map(({ bet, before, after }) => [bet.bet, before, after]), [['back', 'Yes', 'No'], ['cheap', 'Yes', '']]);
  assert.deepEqual(changes(ended(run(begin(lesson)), asUsual), 'en'), []);
});

test('what belongs on the page follows the phase', () => {
  const phases = [begin(lesson), run(begin(lesson)), ended(run(begin(lesson)), asUsual)];
  const on = (/** @type {any} */ state) => Object.entries(shown(state)).filter(([, is]) => is).map(([name]) => name);
  assert.deepEqual(phases.map(on), [['chosen', 'run'], ['chosen'], ['chosen', 'run', 'answers', 'score', 'next']]);
  assert.deepEqual(on(explore(phases[2])), ['run', 'answers', 'knobs', 'next']);
});
