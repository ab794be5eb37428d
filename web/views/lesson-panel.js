/*
 * <wb-lesson>: the list of lessons, or one of them: what is asked, the bets, the run, what was measured, and the knobs.
 * Who teaches and who plays it is somebody else; this draws.
 */
import { currentLanguage, t } from '../i18n/index.js';
import { changes, isPlaced, shown } from '../model/lesson.js';
import { define, h, setAttribute, setText, wish } from './dom.js';
import { betsOf, scoreOf } from './lesson-bets.js';
import { knobsOf } from './lesson-knobs.js';

/** @typedef {import('../bench/lessons.js').Lessons} Lessons */
/** @typedef {import('../bench/player.js').Player} Player */
/** @typedef {import('../model/lesson.js').LessonState} LessonState */

/** Where these keys mean something of their own. */
const TYPED_IN = 'input, select, textarea, summary, dialog, [contenteditable], wb-timeline, wb-microscope';

export class LessonPanel extends HTMLElement {
  #body = h('div');
  #run = h('button');
  #end = h('button');
  #status = h('p');
  /** What it was last drawn from. */
  #drawn = '';
  /** @type {import('../model/lesson.js').Phase|''} */
  #phase = '';
  #teacher = false;

  /**
   * @param {Lessons} lessons
   * @param {Player} player
   * @param {boolean} teacher  big, and one step after the other
   */
  build(lessons, player, teacher) {
    this.className = 'panel lesson';
    const held = this.contains(document.activeElement) ? selectorOf(document.activeElement) : '';
    this.#drawn = '';
    this.#teacher = teacher;
    this.#body = h('div', { class: 'lesson-body' });
    this.#run = h('button', { type: 'button', class: 'button primary', 'data-action': 'lesson-run', onclick: () => wish(this, 'lesson-run') });
    this.#end = h('button', { type: 'button', class: 'button', 'data-action': 'end-run', onclick: () => wish(this, 'end-run') }, t('scenarios.end'));
    this.#status = h('p', { class: 'lesson-status', role: 'status' });
    this.replaceChildren(this.#head(lessons), this.#body);
    this.update(lessons, player);
    if (held) this.#focus(held);
  }

  connectedCallback() {
    document.addEventListener('keydown', this.#key);
  }

  disconnectedCallback() {
    document.removeEventListener('keydown', this.#key);
  }

  /** Brings it under the eyes, and the keyboard to what is next: what has just been told, or the beginning. */
  show() {
    const told = /** @type {HTMLElement|null} */ (this.querySelector('.lesson-told'));
    if (this.querySelector('.knobs')) told?.scrollIntoView({ block: 'start' });
    else this.scrollIntoView({ block: 'start' });
    const target = this.#phase === 'bet' || this.#phase === '' ? this.querySelector('.lesson-title') ?? this.querySelector('h2') : told;
    /** @type {HTMLElement|null} */ (target)?.focus({ preventScroll: true });
  }

  /**
   * @param {Lessons} lessons
   * @param {Player} player
   * @param {boolean} [away]  whether the bench does not answer
   */
  update(lessons, player, away = false) {
    const { state, told, chosen } = lessons;
    this.#phase = state?.phase ?? '';
    const key = JSON.stringify([player.list !== null, chosen, state?.phase, state?.problem, told, state ? [...state.knobs] : [], player.run?.run, state?.latest ? player.run?.run : '']);
    const held = key !== this.#drawn && this.contains(document.activeElement) ? selectorOf(document.activeElement) : '';
    if (key !== this.#drawn) this.#body.replaceChildren(...(state ? this.#lesson(state, lessons) : this.#list(lessons)));
    this.#drawn = key;
    if (state) this.#drawRun(state, player, away);
    this.#holdBack(player.busy);
    if (held) this.#focus(held);
  }

  /** While it runs there is one way on: to its end. @param {boolean} busy */
  #holdBack(busy) {
    for (const button of this.querySelectorAll('.lesson-head [data-action="lesson"], .lesson-head [data-action^="lesson-"]')) {
      setAttribute(button, 'aria-disabled', String(busy));
      const hint = busy ? t('lesson.while-it-runs') : button.getAttribute('data-hint') ?? '';
      setAttribute(button, 'title', hint);
    }
  }

  /** Who was at a control stays at it, or is where something has changed. @param {string} selector */
  #focus(selector) {
    const control = /** @type {HTMLElement|null} */ (this.querySelector(selector));
    const target = control && !control.hidden ? control : /** @type {HTMLElement|null} */ (this.querySelector('.lesson-told, h2'));
    target?.focus({ preventScroll: true });
  }

  /** @param {Lessons} lessons */
  #head(lessons) {
    const { state, number } = lessons;
    const step = (/** @type {string} */ action, /** @type {string} */ sign, /** @type {string} */ says) => h('button', {
      type: 'button', class: 'button', 'data-action': action, 'data-hint': t(`lesson.${says}-hint`), onclick: () => wish(this, action),
    }, sign === '←' ? `← ${t(`lesson.${says}`)}` : `${t(`lesson.${says}`)} →`);
    return h('header', { class: 'lesson-head' },
      h('h2', { tabindex: -1 }, state ? t('lesson.number', { number, all: lessons.list.length }) : t('lesson.list')),
      h('div', { class: 'button-group' },
        ...(state ? [step('lesson-back', '←', 'back'), step('lesson-next', '→', 'next')] : []),
        ...(state || lessons.chosen ? [h('button', { type: 'button', class: 'button', 'data-action': 'lesson', onclick: () => wish(this, 'lesson', { name: '' }) }, t('lesson.all'))] : []),
        h('button', {
          type: 'button', class: 'button', 'data-action': 'teacher', 'aria-pressed': String(this.#teacher), title: t('lesson.teacher-hint'), onclick: () => wish(this, 'teacher'),
        }, t('lesson.teacher')),
        h('button', { type: 'button', class: 'button', 'data-action': 'lessons-close', title: t('lesson.leave-hint'), onclick: () => wish(this, 'lessons') }, t('lesson.leave'))));
  }

  /** @param {Lessons} lessons */
  #list({ list, chosen }) {
    const language = currentLanguage();
    return [
      ...(chosen ? [h('p', { class: 'lesson-problem', role: 'alert' }, t('lesson.unknown', { name: chosen }))] : []),
      h('p', { class: 'panel-note' }, t('lesson.note')),
      h('ol', { class: 'lesson-list' }, ...list.map((one, index) => h('li', {}, h('button', {
        type: 'button', class: 'lesson-row', name: `lesson-${one.name}`, 'data-lesson': one.name, onclick: () => wish(this, 'lesson', { name: one.name }),
      }, h('small', { 'aria-hidden': 'true' }, String(index + 1)), h('b', {}, one.title[language]), h('span', {}, one.question[language]))))),
    ];
  }

  /**
   * @param {LessonState} state
   * @param {Lessons} lessons
   */
  #lesson(state, lessons) {
    const { lesson, phase, problem } = state;
    const language = currentLanguage();
    const see = shown(state);
    const transports = lessons.transports;
    const told = h('h4', { class: 'lesson-told', tabindex: -1 }, t(`lesson.phase.${phase}`));
    const bets = [betsOf(state, lessons.told, transports), ...(see.score && !lessons.holdsBack ? [scoreOf(state)] : [])];
    return [
      h('h3', { class: 'lesson-title', tabindex: -1 }, lesson.title[language]),
      h('p', { class: 'lesson-question' }, lesson.question[language]),
      h('p', { class: 'lesson-scene' }, lesson.scene[language]),
      ...(lesson.native ? [h('p', { class: 'lesson-native' }, lesson.native.says[language], ' ', h('code', { lang: 'en' }, lesson.native.command))] : []),
      told,
      // What is turned is next to what came of it; what was told stays below, for it is of the first run.
      ...(see.knobs ? [knobsOf(state, changes(state, language))] : bets),
      ...(problem ? [h('p', { class: 'lesson-problem', role: 'alert' }, t('lesson.failed', { why: problem }))] : []),
      this.#buttons(state, lessons),
      ...(see.knobs ? [h('h4', { class: 'lesson-first' }, t('lesson.first-run')), ...bets] : []),
    ];
  }

  /**
   * @param {LessonState} state
   * @param {Lessons} lessons
   */
  #buttons(state, lessons) {
    const { lesson, phase } = state;
    const after = lessons.beside(1);
    return h('div', { class: 'lesson-buttons' }, this.#run, this.#end,
      phase === 'reveal' && lessons.holdsBack ? this.#button('lesson-next', t('lesson.tell')) : null,
      phase === 'reveal' && !lessons.holdsBack && lesson.knobs.length > 0 ? this.#button('lesson-explore', t('lesson.explore')) : null,
      shown(state).next && !lessons.holdsBack && after ? this.#button('lesson', `${t('lesson.after')} →`, after) : null, this.#status);
  }

  /**
   * @param {string} action
   * @param {string} label
   * @param {string} [name]  a lesson's
   */
  #button(action, label, name) {
    const key = name === undefined ? action : `${action}-after`;
    return h('button', { type: 'button', class: 'button', name: key, 'data-action': action, onclick: () => wish(this, action, name === undefined ? {} : { name }) }, label);
  }

  /**
   * @param {LessonState} state
   * @param {Player} player
   * @param {boolean} away
   */
  #drawRun(state, { busy, run, phase, taken }, away) {
    const { phase: at, bets, first } = state;
    this.#run.hidden = at === 'reveal';
    setAttribute(this.#run, 'aria-disabled', String(busy));
    const label = first ? 'again' : isPlaced(state) ? 'run' : bets.size > 0 ? 'run-some' : 'run-none';
    setText(this.#run, busy ? t('scenarios.playing') : `▶ ${t(`lesson.${label}`)}`);
    this.#end.hidden = !busy || run === null;
    const steps = at === 'run' && run && run.steps > 0 && taken > 0 ? ` ${t('scenarios.steps', { taken, steps: run.steps })}` : '';
    const said = at === 'run' ? t(phase === 'none' || phase === 'ended' ? 'scenarios.phase.starting' : `scenarios.phase.${phase}`) : at === 'reveal' ? t('lesson.over') : '';
    setText(this.#status, away ? t('lesson.away') : `${said}${steps}`);
    setAttribute(this.#status, 'data-mood', away ? 'bad' : '');
  }

  /** A presenter's remote control sends the page keys. @param {KeyboardEvent} event */
  #key = (event) => {
    if (!this.#teacher || this.hidden || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target instanceof Element && event.target.closest(TYPED_IN)) return;
    const action = { PageDown: 'lesson-next', ArrowRight: 'lesson-next', PageUp: 'lesson-back', ArrowLeft: 'lesson-back' }[event.key];
    if (!action) return;
    event.preventDefault();
    wish(this, action);
  };
}

/** Finds the control again after it was drawn anew. @param {Element|null} element */
function selectorOf(element) {
  if (element instanceof HTMLInputElement && element.type === 'radio') return `[name="${element.name}"][value="${element.value}"]`;
  if (element?.matches('h2, h3')) return element.localName;
  const name = element?.getAttribute('name');
  if (name) return `[name="${name}"]`;
  const action = element?.getAttribute('data-action');
  return action ? `[data-action="${action}"]` : '.lesson-told';
}

define('wb-lesson', LessonPanel);
