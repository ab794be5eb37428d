/*
 * The knobs of a lesson: what can be set otherwise for the next run, what to look for, and what came out otherwise.
 */
import { currentLanguage, t } from '../i18n/index.js';
import { h, wish } from './dom.js';

/** @typedef {import('../lessons/types.js').Knob} Knob */
/** @typedef {import('../model/lesson.js').LessonState} LessonState */

/**
 * @param {LessonState} state
 * @param {ReturnType<typeof import('../model/lesson.js').changes>} changed
 */
export function knobsOf({ lesson, phase, knobs, first, latest, problem }, changed) {
  return h('section', { class: 'knobs' },
    ...lesson.knobs.map((knob) => knobOf(knob, knobs.get(knob.knob) ?? 0, phase === 'run')),
    first !== latest && !problem && phase !== 'run' ? changesOf(changed) : null);
}

/**
 * @param {Knob} knob
 * @param {number} value
 * @param {boolean} runs  then it is as it is
 */
function knobOf({ knob, says, values, look }, value, runs) {
  const language = currentLanguage();
  const set = h('fieldset', { class: 'knob', 'data-knob': knob, disabled: runs },
    h('legend', {}, says[language]),
    h('div', { class: 'knob-values' }, ...values.map((one, index) => h('label', { class: 'knob-value' }, h('input', {
      type: 'radio', name: `knob-${knob}`, value: String(index), checked: index === value, onchange: () => wish(set, 'knob', { knob, value: index }),
    }), h('span', {}, one.says[language])))),
    h('p', { class: 'panel-note' }, look[language]));
  return set;
}

/** @param {ReturnType<typeof import('../model/lesson.js').changes>} changed */
function changesOf(changed) {
  const language = currentLanguage();
  if (changed.length === 0) return h('p', { class: 'lesson-changes', role: 'status' }, t('lesson.unchanged'));
  return h('div', { class: 'lesson-changes', role: 'status' }, h('h5', {}, t('lesson.changed')),
    h('ul', {}, ...changed.map(({ bet, before, after }) => h('li', {}, h('b', {}, bet.lanes.join(', ')), ' ', bet.asks[language], ' ',
      h('del', {}, before || t('lesson.none')), ' → ', h('ins', {}, after || t('lesson.none'))))));
}
