/*
 * How a lesson goes: bets are placed, the scenario is played, what was measured is told and the bets are scored, and then
 * knobs are tried. Pure: a state goes in, the next one comes out; who plays and who draws it is somebody else's affair.
 */
import { factsOf, filled, measured } from './lesson-facts.js';

/** @typedef {import('../lessons/types.js').Lesson} Lesson */
/** @typedef {import('../lessons/types.js').Bet} Bet */
/** @typedef {import('../lessons/types.js').Source} Source */
/** @typedef {import('./lesson-facts.js').Facts} Facts */
/** @typedef {'bet'|'run'|'reveal'|'explore'} Phase */
/** @typedef {'en'|'zh'} Language */
/**
 * @typedef {object} LessonState
 * @property {Lesson} lesson
 * @property {Phase} phase
 * @property {ReadonlyMap<string, string>} bets   the answer chosen, by the bet's name
 * @property {ReadonlyMap<string, number>} knobs  which value is set, by the knob's name; 0, as the scenario has it, is not in it
 * @property {Facts|null} first                   of the run that the bets were on
 * @property {Facts|null} latest                  of the latest run
 * @property {string} problem                     why the latest run did not come to its end; empty where it did
 */
/**
 * What is told of one bet.
 * @typedef {object} Revealed
 * @property {Bet} bet
 * @property {string|null} chosen
 * @property {string|null} measured   null where nothing that is an answer was
 * @property {boolean|null} right     null where no bet was placed, or nothing measured
 * @property {boolean} usual          it came out as before; else `caveats` belong beside it
 * @property {string} says            the answer that was measured, in words; empty where none was
 * @property {string} because
 * @property {Source[]} sources
 * @property {{text: string, remedy: string}[]} caveats
 */
/** @typedef {{chosen: boolean, run: boolean, answers: boolean, score: boolean, knobs: boolean, next: boolean}} Shown */

/** @param {Lesson} lesson @returns {LessonState} */
export function begin(lesson) {
  return { lesson, phase: 'bet', bets: new Map(), knobs: new Map(), first: null, latest: null, problem: '' };
}

/**
 * A bet is placed, or changed: only before the run.
 * @param {LessonState} state
 * @param {string} bet
 * @param {string} answer
 * @returns {LessonState}
 */
export function place(state, bet, answer) {
  const known = state.lesson.bets.find((one) => one.bet === bet)?.answers.some((one) => one.answer === answer);
  if (state.phase !== 'bet' || !known) return state;
  return { ...state, bets: new Map(state.bets).set(bet, answer) };
}

/** Whether every bet was placed; who wants to see without betting may. @param {LessonState} state */
export function isPlaced({ lesson, bets }) {
  return lesson.bets.every(({ bet }) => bets.has(bet));
}

/** The scenario is being played. @param {LessonState} state @returns {LessonState} */
export function run(state) {
  return state.phase === 'run' ? state : { ...state, phase: 'run', problem: '' };
}

/** What the run is made with: `POST /api/runs`. @param {LessonState} state */
export function runOf({ lesson, knobs }) {
  return { scenario: lesson.scenario, settings: lesson.knobs.flatMap((one) => one.values[knobs.get(one.knob) ?? 0].set) };
}

/**
 * The run is over. The first one is told; later ones are explored. One that did not come to its end tells nothing, so the
 * lesson is where it was.
 * @param {LessonState} state
 * @param {any} report  that of `?format=json`
 * @returns {LessonState}
 */
export function ended(state, report) {
  if (state.phase !== 'run') return state;
  const facts = factsOf(report);
  if (facts.problem) return { ...state, phase: state.first ? 'explore' : 'bet', problem: facts.problem };
  return state.first ? { ...state, phase: 'explore', latest: facts } : { ...state, phase: 'reveal', first: facts, latest: facts };
}

/** From what was told to the knobs. @param {LessonState} state @returns {LessonState} */
export function explore(state) {
  return state.phase === 'reveal' ? { ...state, phase: 'explore' } : state;
}

/**
 * A knob is set, for the next run.
 * @param {LessonState} state
 * @param {string} knob
 * @param {number} value  which of its values, from 0
 * @returns {LessonState}
 */
export function turn(state, knob, value) {
  const known = state.lesson.knobs.find((one) => one.knob === knob)?.values[value] !== undefined;
  if (state.phase !== 'explore' || !known) return state;
  const knobs = new Map(state.knobs);
  if (value === 0) knobs.delete(knob);
  else knobs.set(knob, value);
  return { ...state, knobs };
}

/** What belongs on the page now. @param {LessonState} state @returns {Shown} */
export function shown({ phase, first, lesson }) {
  const exploring = phase === 'explore' || (phase === 'run' && first !== null);
  return {
    chosen: !exploring, run: phase !== 'run', answers: phase === 'reveal' || (exploring && first !== null),
    score: phase === 'reveal', knobs: exploring, next: first !== null && phase !== 'run' && lesson.next !== null,
  };
}

/**
 * What is told of each bet: of the run that it was on.
 * @param {LessonState} state
 * @param {Language} language
 * @returns {Revealed[]}
 */
export function reveal({ lesson, bets, first }, language) {
  if (!first) return [];
  return lesson.bets.map((bet) => revealed(bet, bets.get(bet.bet) ?? null, first, language));
}

/** How many bets were right, of those that were placed and could be decided. @param {LessonState} state */
export function score(state) {
  const decided = reveal(state, 'en').filter((one) => one.right !== null);
  return { right: decided.filter((one) => one.right).length, of: decided.length };
}

/**
 * What came out otherwise in the latest run than in the first, for the knobs that were turned.
 * @param {LessonState} state
 * @param {Language} language
 * @returns {{bet: Bet, before: string, after: string}[]}
 */
export function changes({ lesson, first, latest }, language) {
  if (!first || !latest || first === latest) return [];
  return lesson.bets.flatMap((bet) => {
    const [before, after] = [first, latest].map((facts) => answerText(bet, measured(bet, facts), facts, language));
    return before === after ? [] : [{ bet, before, after }];
  });
}

/**
 * @param {Bet} bet
 * @param {string|null} chosen
 * @param {Facts} facts
 * @param {Language} language
 * @returns {Revealed}
 */
function revealed(bet, chosen, facts, language) {
  const found = measured(bet, facts);
  const usual = found !== null && bet.usual.includes(found);
  const reason = usual ? bet.answers.find(({ answer }) => answer === found)?.because : bet.otherwise;
  return {
    bet, chosen, measured: found, usual, right: found === null || chosen === null ? null : chosen === found,
    says: answerText(bet, found, facts, language), because: filled(reason?.[language] ?? '', bet, facts),
    sources: bet.sources, caveats: usual ? [] : facts.caveats,
  };
}

/**
 * @param {Bet} bet
 * @param {string|null} name
 * @param {Facts} facts
 * @param {Language} language
 */
function answerText(bet, name, facts, language) {
  return filled(bet.answers.find(({ answer }) => answer === name)?.says[language] ?? '', bet, facts);
}
