// The lessons as they are written: whole in both languages, true to their scenarios, and to what was measured of them. What was measured is in
// lessons/*.json, made by `node tests/web/support/lesson-fixtures.js target/debug/wirebench` from the repository's root.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { LESSONS } from '../../../web/lessons/index.js';
import { factsOf, filled, measured } from '../../../web/model/lesson-facts.js';
import { PLAYERS, blanks, knobRuns, measuresOf, textsOf } from '../support/lesson-fixtures.js';

/** @typedef {import('../../../web/lessons/types.js').Bet} Bet */
/** @typedef {import('../../../web/model/lesson-facts.js').Facts} Facts */

const root = new URL('../../../', import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, root), 'utf8');
const scenarioOf = (/** @type {string} */ name) => read(`scenarios/${name}.toml`);
const BROWSERS = ['chromium', 'firefox', 'chromium, stalled', 'firefox, stalled'];

/** @type {Map<string, Record<string, any>>} */
const played = new Map(LESSONS.map(({ name }) => [name, JSON.parse(read(`tests/web/unit/lessons/${name}.json`))]));

/** Names of answers that hold, each asked alone. @param {Bet} bet @param {Facts} facts */
const holding = (bet, facts) => bet.answers.filter((one) => measured({ ...bet, answers: [one] }, facts) !== null).map(({ answer }) => answer);

test('there are the ten lessons, each leads to the next one, and the last to none', () => {
  assert.deepEqual(LESSONS.map(({ name }) => name), [
    'who-comes-back', 'buffering-proxy', 'seven-tabs', 'half-open', 'what-a-poll-costs',
    'talking-back', 'binary-over-text', 'the-herd', 'resume-or-restart', 'chat-answers-by-post',
  ]);
  assert.deepEqual(LESSONS.map(({ next }) => next), [...LESSONS.slice(1).map(({ name }) => name), null]);
});

test('each file of a lesson is in the list', () => {
  const files = readdirSync(new URL('web/lessons/', root)).filter((name) => read(`web/lessons/${name}`).includes("import('./types.js').Lesson} */\nexport const"));
  assert.deepEqual(files.sort(), LESSONS.map(({ name }) => `${name}.js`).sort());
});

test('every text is in both languages, with the same blanks', () => {
  for (const { where, text } of LESSONS.flatMap(textsOf)) {
    assert.ok(text.en.trim() !== '' && text.zh.trim() !== '', where);
    const named = (/** @type {string} */ one) => blanks(one).map(({ lane, measure }) => `${lane ?? ''}.${measure}`).sort();
    assert.deepEqual(named(text.zh), named(text.en), where);
  }
});

/** Numbers and units are the same in every language: `500 ms`, `64 KiB`, `7`, `JSON`. @param {string} text */
const isBare = (text) => /^(\d+(\.\d+)?( (ms|s|B|KiB))?|JSON|CBOR)$/.test(text);

test('no English sentence is left in Chinese, and no Chinese sign in English', () => {
  for (const { where, text } of LESSONS.flatMap(textsOf)) {
    assert.ok(!/[\p{Script=Han}　-〿＀-￯]/u.test(text.en), `${where}: ${text.en}`);
    const words = text.zh.replace(/\{[^}]*\}/g, '');
    assert.ok(isBare(words) || /\p{Script=Han}/u.test(words), `${where}: ${words}`);
    assert.ok(!/[A-Za-z]+([ ,]+[a-z]+){2}/.test(words), `${where}: ${words}`);
    assert.ok(!/\p{Script=Han}[,.;:?!]|[,;?!]\p{Script=Han}/u.test(words), `${where}: a Latin mark in ${words}`);
    assert.ok(!/\p{Script=Han}[A-Za-z0-9{]|[A-Za-z0-9}]\p{Script=Han}/u.test(text.zh), `${where}: no space in ${text.zh}`);
  }
});

test('each scenario exists, and so does each lane that a bet, a blank, a bound or a knob names', () => {
  for (const lesson of LESSONS) {
    const lanes = [...scenarioOf(lesson.scenario).matchAll(/\[\[lane\]\]\nname = "([^"]+)"/g)].map(([, name]) => name);
    const bounds = lesson.bets.flatMap(({ answers }) => answers.flatMap(({ when }) => Object.values(when)));
    const compared = bounds.flatMap((one) => (one !== null && typeof one === 'object' ? [one.above, one.below] : []));
    const blank = textsOf(lesson).flatMap(({ text }) => blanks(text.en)).map(({ lane }) => lane);
    const set = knobRuns(lesson).flat().map((one) => /^lane\.([a-z0-9-]+)\./.exec(one)?.[1]);
    for (const name of [...lesson.bets.flatMap((one) => one.lanes), ...compared, ...blank, ...set]) {
      assert.ok(name === undefined || lanes.includes(name), `${lesson.name}: ${name}`);
    }
  }
});

test('what a page cannot play is told with a scenario and its command', () => {
  for (const { name, native } of LESSONS) {
    if (native === null) continue;
    assert.ok(existsSync(new URL(`scenarios/${native.scenario}.toml`, root)), name);
    assert.equal(native.command, `wirebench play scenarios/${native.scenario}.toml`);
  }
});

test('no scenario of a lesson needs a proxy, or is skipped on the page', () => {
  for (const { scenario } of LESSONS) assert.ok(!/\[\[(proxy|skip)\]\]/.test(scenarioOf(scenario)), scenario);
});

test('each measure that is named is a documented one', () => {
  const documented = read('docs/reference/scenario/expect.md').split('| of a lane | kind | |')[1].split('| of the run')[0];
  const names = [...documented.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  assert.ok(names.length > 30, 'the table was not found');
  for (const lesson of LESSONS) for (const measure of measuresOf(lesson)) assert.ok(names.includes(measure), `${lesson.name}: ${measure}`);
});

test('names are told once, a bet has answers to choose from, and what is usual is one of them and has its reason', () => {
  for (const { name, bets, knobs } of LESSONS) {
    assert.equal(new Set(bets.map(({ bet }) => bet)).size, bets.length, name);
    assert.equal(new Set(knobs.map(({ knob }) => knob)).size, knobs.length, name);
    for (const { bet, answers, usual, sources } of bets) {
      assert.ok(answers.length >= 2 && usual.length >= 1 && sources.length >= 1, `${name} ${bet}`);
      assert.equal(new Set(answers.map(({ answer }) => answer)).size, answers.length, `${name} ${bet}`);
      for (const { answer, because } of answers) assert.equal(because !== undefined, usual.includes(answer), `${name} ${bet} ${answer}`);
      for (const one of usual) assert.ok(answers.some(({ answer }) => answer === one), `${name} ${bet} ${one}`);
      for (const { says, url } of sources) assert.ok(says !== '' && url.startsWith('https://'), `${name} ${bet}`);
    }
    for (const { values } of knobs) assert.ok(values.length >= 2 && values[0].set.length === 0 && values.slice(1).every(({ set }) => set.length > 0), name);
  }
});

test('of every run exactly one answer holds, whoever played it', () => {
  for (const lesson of LESSONS) {
    for (const player of Object.keys(PLAYERS)) {
      const facts = factsOf(played.get(lesson.name)?.[player]);
      assert.equal(facts.problem, '', `${lesson.name} ${player}`);
      for (const bet of lesson.bets) assert.equal(holding(bet, facts).length, 1, `${lesson.name} ${bet.bet} ${player}: ${holding(bet, facts)}`);
    }
  }
});

test('under every knob at most one answer holds, the run comes to its end, and something is otherwise', () => {
  for (const lesson of LESSONS) {
    const runs = played.get(lesson.name) ?? {};
    for (const set of knobRuns(lesson)) {
      const told = runs[set.join(' ')];
      assert.ok(told, `${lesson.name}: nothing measured of ${set.join(' ')}`);
      const facts = factsOf(told);
      assert.equal(facts.problem, '', `${lesson.name} ${set}`);
      for (const bet of lesson.bets) assert.ok(holding(bet, facts).length <= 1, `${lesson.name} ${bet.bet} ${set}`);
      assert.notDeepEqual(told.reports[0].lanes, runs['like chromium'].reports[0].lanes, `${lesson.name} ${set}`);
    }
  }
});

test('what is called usual is what the browsers gave, no more and no less', () => {
  for (const { name, bets } of LESSONS) {
    for (const bet of bets) {
      const runs = BROWSERS.flatMap((one) => played.get(name)?.[one] ?? []);
      assert.ok(runs.length >= 2, name);
      const found = runs.map((one) => measured(bet, factsOf(one)));
      assert.deepEqual([...new Set(found)].sort(), [...bet.usual].sort(), `${name} ${bet.bet}`);
    }
  }
});

// Native clients have no other origin that would have to be told who may read an answer.
const NATIVE_DIFFERS = new Set(['talking-back other-page']);

test('native clients like a browser give what is usual, too, but for what only a browser does', () => {
  for (const { name, bets } of LESSONS) {
    for (const bet of bets) {
      const found = ['like chromium', 'like firefox'].map((one) => measured(bet, factsOf(played.get(name)?.[one])) ?? '');
      assert.equal(found.every((one) => bet.usual.includes(one)), !NATIVE_DIFFERS.has(`${name} ${bet.bet}`), `${name} ${bet.bet}: ${found}`);
    }
  }
});

test('no blank is left empty in what is told of the browsers’ runs', () => {
  for (const { name, bets } of LESSONS) {
    for (const player of BROWSERS.filter((one) => one in (played.get(name) ?? {}))) {
      const facts = factsOf(played.get(name)?.[player]);
      for (const bet of bets) {
        const because = bet.answers.find(({ answer }) => answer === measured(bet, facts))?.because;
        for (const text of [because?.en ?? '', because?.zh ?? '']) {
          assert.ok(!/[{}–]/.test(filled(text, bet, facts).replace(/ – /g, ' ')), `${name} ${bet.bet} ${player}: ${filled(text, bet, facts)}`);
        }
      }
    }
  }
});
