/*
 * The bets of a lesson: what is asked of which lanes, what can be answered, and, once it was measured, what came of it.
 */
import { currentLanguage, t } from '../i18n/index.js';
import { reveal, score } from '../model/lesson.js';
import { h, wish } from './dom.js';

/** @typedef {import('../lessons/types.js').Bet} Bet */
/** @typedef {import('../model/lesson.js').LessonState} LessonState */
/** @typedef {import('../model/lesson.js').Revealed} Revealed */

/**
 * @param {LessonState} state
 * @param {number} told  so many answers are told
 * @param {ReadonlyMap<string, string>} transports  of each lane, by its name in the scenario
 */
export function betsOf(state, told, transports) {
  const language = currentLanguage();
  const all = reveal(state, language);
  return h('div', { class: 'bets' }, ...state.lesson.bets.map((bet, index) => betOf(state, bet, index < told ? all[index] : undefined, transports)));
}

/** How many were right. @param {LessonState} state */
export function scoreOf(state) {
  const { right, of } = score(state);
  if (of === 0) return h('p', { class: 'lesson-score' }, t('lesson.no-bets'));
  return h('p', { class: 'lesson-score', 'data-mood': right === of ? 'good' : '' }, t(right === of ? 'lesson.all-right' : 'lesson.score', { right, of }));
}

/**
 * @param {LessonState} state
 * @param {Bet} bet
 * @param {Revealed|undefined} told
 * @param {ReadonlyMap<string, string>} transports
 */
function betOf({ bets, phase }, bet, told, transports) {
  const language = currentLanguage();
  const chosen = bets.get(bet.bet);
  const transport = transports.get(bet.lanes[0]);
  const set = h('fieldset', { class: 'bet', 'data-bet': bet.bet, 'data-transport': transport, 'data-right': told ? String(told.right) : undefined },
    h('legend', {}, ...bet.lanes.map((name) => h('span', { class: 'bet-lane', 'data-transport': transports.get(name) }, name)), ' ', bet.asks[language]),
    ...bet.answers.map(({ answer, says }) => h('label', {
      class: 'bet-answer', 'data-answer': answer, 'data-chosen': chosen === answer ? '' : undefined, 'data-measured': told?.measured === answer ? '' : undefined,
    }, h('input', {
      type: 'radio', name: `bet-${bet.bet}`, value: answer, checked: chosen === answer, disabled: phase !== 'bet',
      onchange: () => wish(set, 'bet', { bet: bet.bet, answer }),
    }), h('span', {}, told?.measured === answer ? told.says : says[language],
      ...(told && (chosen === answer || told.measured === answer) ? [' ', h('small', { class: 'bet-mark' }, markOf(told, answer))] : [])))),
    ...(told ? [toldOf(told)] : []));
  return set;
}

/**
 * @param {Revealed} told
 * @param {string} answer
 */
function markOf({ chosen, measured }, answer) {
  if (answer !== measured) return t('lesson.your-bet');
  return chosen === answer ? `✓ ${t('lesson.measured-yours')}` : t('lesson.measured');
}

/** @param {Revealed} told */
function toldOf({ measured, right, usual, because, sources, caveats }) {
  const verdict = measured === null ? 'none' : right === null ? 'no-bet' : right ? 'right' : 'wrong';
  return h('div', { class: 'bet-told' },
    h('p', { class: 'bet-verdict', 'data-verdict': verdict }, t(`lesson.verdict.${verdict}`)),
    ...(usual ? [] : [h('p', { class: 'bet-unusual' }, t('lesson.unusual'))]),
    because ? h('p', { class: 'bet-because' }, because) : null,
    ...(caveats.length > 0 ? [h('ul', { class: 'chips' }, ...caveats.map(({ text, remedy }) => h('li', { class: 'chip' }, text, remedy ? h('span', { class: 'chip-fix' }, ` ${remedy}`) : null)))] : []),
    sources.length > 0 ? h('p', { class: 'bet-sources' }, `${t('lesson.sources')} `, ...sources.flatMap(({ says, url }, index) => [
      ...(index > 0 ? [' · '] : []), h('a', { href: url, target: '_blank', rel: 'noopener', lang: 'en' }, says),
    ])) : null);
}
