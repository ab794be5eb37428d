/*
 * The learner's page by phase: the form to join, the lobby, the bets, the lanes, the reveal. Made for a phone. It draws and
 * asks; it connects nothing.
 */
import { inOwn } from '../class/shell.js';
import { LANES } from '../class/outcome.js';
import { t } from '../i18n/index.js';
import { LaneCards } from './class-lanes.js';
import { revealOf } from './class-reveal.js';
import { h, setText } from './dom.js';

/** @typedef {import('../join.js').State} State */
/** @typedef {{join: (code: string, name: string) => void, bet: (bet: string, answer: string) => void}} Wishes */

export class LearnerView {
  #shell;
  #wishes;
  #problem = h('p', { class: 'class-problem', role: 'alert' });
  #note = h('p', { class: 'class-note' });
  #cards = new LaneCards();
  #reveal = h('div', { class: 'class-reveal' });

  /**
   * @param {import('../class/shell.js').Shell} shell
   * @param {Wishes} wishes
   */
  constructor(shell, wishes) {
    this.#shell = shell;
    this.#wishes = wishes;
  }

  /**
   * What is to be built: another text, another page.
   * @param {State} state
   */
  shows(state) {
    return `${state.you ? state.class?.phase ?? '' : ''} ${JSON.stringify(state.lesson)}`;
  }

  /** @param {State} state */
  build(state) {
    const phase = state.you && state.class ? state.class.phase : null;
    this.#shell.at(phase);
    this.#shell.who(state.you?.name ?? '');
    this.#problem = h('p', { class: 'class-problem', role: 'alert' });
    this.#note = h('p', { class: 'class-note' });
    const parts = !state.secret ? this.#joining() : phase === null ? [] : this.#of(phase, state);
    this.#shell.page.replaceChildren(...parts, this.#problem, this.#shell.said);
  }

  /** @param {State} state */
  update(state) {
    setText(this.#problem, state.problem);
    if (!state.class || !state.you) return;
    const { phase } = state.class;
    if (phase === 'lobby') setText(this.#note, t('class.there', { count: state.class.members }));
    if (phase === 'bet') {
      const open = (state.lesson?.bets.length ?? 0) - Object.keys(state.you.bets).length;
      setText(this.#note, open > 0 ? t('class.bet-open', { count: open }) : t('class.bet-done'));
    }
    if (phase === 'run') this.#cards.update(state.lanes.run, this.#shell.said);
    if (phase === 'reveal') this.#reveal.replaceChildren(...revealOf(state.lesson?.bets ?? [], state.you.bets, state.you.lanes ?? [], state.class));
  }

  /**
   * @param {import('../class/api.js').Phase} phase
   * @param {State} state
   */
  #of(phase, state) {
    const { lesson, you } = state;
    const title = lesson ? h('h1', {}, inOwn(lesson.title)) : null;
    if (phase === 'lobby' || !lesson) {
      return [h('section', { class: 'panel class-lobby' }, h('h1', {}, t('class.welcome', { name: you?.name ?? '' })), h('p', {}, t('class.wait')), this.#note)];
    }
    if (phase === 'bet') {
      const bets = lesson.bets.map((bet) => this.#bet(bet, you?.bets[bet.bet] ?? ''));
      return [h('section', { class: 'panel' }, title, h('p', {}, inOwn(lesson.question)), h('p', { class: 'panel-note' }, t('class.bet-note'))), ...bets, this.#note];
    }
    if (phase === 'run') return [h('section', { class: 'panel' }, title, h('p', { class: 'panel-note' }, t('class.run-note'))), this.#cards.build(LANES)];
    return [h('section', { class: 'panel' }, title, h('p', {}, inOwn(lesson.question))), this.#reveal];
  }

  #joining() {
    const known = new URLSearchParams(location.search).get('code') ?? '';
    const code = h('input', { class: 'input', name: 'code', value: known, required: true, maxlength: 12, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false' });
    const name = h('input', { class: 'input', name: 'name', required: true, maxlength: 40, autocomplete: 'nickname', autofocus: known !== '' });
    const onsubmit = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.#wishes.join(code.value, name.value);
    };
    return [h('form', { class: 'panel class-join', onsubmit },
      h('h1', {}, t('class.join-title')),
      h('label', {}, t('class.code'), code),
      h('label', {}, t('class.name'), name, h('small', {}, t('class.name-hint'))),
      h('button', { class: 'button primary large', type: 'submit' }, t('class.join')))];
  }

  /**
   * @param {import('../class/api.js').Bet} bet
   * @param {string} chosen
   */
  #bet(bet, chosen) {
    const choices = bet.answers.map(({ answer, says }) => h('label', { class: 'class-choice' },
      h('input', { type: 'radio', name: bet.bet, value: answer, checked: answer === chosen, onchange: () => this.#wishes.bet(bet.bet, answer) }),
      h('span', {}, inOwn(says))));
    return h('fieldset', { class: 'panel class-bet', 'data-transport': bet.lane ?? undefined, 'data-bet': bet.bet },
      h('legend', {}, inOwn(bet.asks)), ...choices);
  }
}
