/*
 * The teacher's page: where to join, the steps, one fault for all, the sums by lane, the bets as bars, and the wall. It draws
 * and asks; it connects nothing.
 */
import { PHASES } from '../class/api.js';
import { inOwn } from '../class/shell.js';
import { t } from '../i18n/index.js';
import { betBars } from './class-bars.js';
import { h, setAttribute, setText } from './dom.js';
import { sumCards } from './class-sums.js';
import { ClassWall } from './class-wall.js';

/** @typedef {import('../class.js').State} State */
/** @typedef {import('../class/api.js').Phase} Phase */
/**
 * @typedef {object} Wishes
 * @property {(to: Phase) => Promise<unknown>} move
 * @property {() => Promise<unknown>} again
 * @property {(member: number) => Promise<unknown>} remove
 * @property {(body: object) => Promise<{struck: number}|null>} fault
 * @property {() => Promise<unknown>} clear
 */

/** What the buttons throw. */
const FAULTS = {
  cut: { fault: 'cut', how: 'rst', scope: 'all' },
  blackhole: { fault: 'blackhole', scope: 'all', lasts: '8s' },
  buffer: { fault: 'buffer', scope: 'all', lasts: '10s' },
  latency: { fault: 'latency', delay: '800ms', scope: 'all', lasts: '10s' },
  restart: { fault: 'restart', scope: 'all' },
};

export class TeacherView {
  #shell;
  #wishes;
  #wall;
  #problem = h('p', { class: 'class-problem', role: 'alert' });
  #count = h('span', { class: 'panel-note' });
  #sums = h('div', { class: 'class-sums' });
  #bars = h('div', { class: 'class-bets' });
  #nobody = h('p', { class: 'class-nobody' });

  /**
   * @param {import('../class/shell.js').Shell} shell
   * @param {Wishes} wishes
   */
  constructor(shell, wishes) {
    this.#shell = shell;
    this.#wishes = wishes;
    this.#wall = new ClassWall((member) => void wishes.remove(member));
  }

  /**
   * What is to be built anew.
   * @param {State} state
   */
  shows(state) {
    return `${state.wall?.phase ?? ''} ${state.wall?.code ?? ''} ${JSON.stringify(state.lesson)}`;
  }

  /** @param {State} state */
  build(state) {
    const { wall } = state;
    this.#shell.at(wall?.phase ?? null);
    this.#problem = h('p', { class: 'class-problem', role: 'alert' });
    if (!wall) return this.#shell.page.replaceChildren(this.#problem);
    // The button that had the focus is built anew: the next step keeps it.
    const focused = document.activeElement?.getAttribute('data-action');
    this.#wall.forget();
    setText(this.#shell.said, '');
    this.#shell.page.replaceChildren(
      h('div', { class: 'class-side' }, this.#join(wall), this.#control(state, wall.phase), this.#faults(wall.phase), this.#problem, this.#shell.said),
      h('div', { class: 'class-main', 'data-phase': wall.phase },
        h('section', { class: 'class-top', 'aria-label': t('class.lanes') }, this.#sums, this.#bars),
        h('section', { class: 'class-wall', 'aria-label': t('class.wall') },
          h('div', { class: 'panel-head' }, h('h1', {}, state.lesson ? inOwn(state.lesson.title) : t('class.wall')), this.#count),
          wall.phase === 'bet' && state.lesson ? h('p', { class: 'class-asked' }, inOwn(state.lesson.question)) : null, this.#nobody, this.#wall.list)));
    if (focused) /** @type {HTMLElement|null} */ (this.#shell.page.querySelector(`[data-action="${focused}"]`))?.focus();
  }

  /** @param {State} state */
  update({ problem, wall, lesson }) {
    setText(this.#problem, problem);
    if (!wall) return;
    const bets = lesson?.bets ?? [];
    const members = t('class.members', { count: wall.members.length });
    const betting = wall.phase === 'bet' ? ` · ${t('class.betting', { count: wall.betting, of: wall.members.length })}` : '';
    setText(this.#count, members + betting);
    this.#nobody.hidden = wall.members.length > 0;
    setText(this.#nobody, t('class.nobody'));
    const runs = wall.phase === 'run' || wall.phase === 'reveal';
    this.#sums.hidden = !runs;
    if (runs) sumCards(this.#sums, wall.sums);
    // What others bet would sway who has not yet: the bars come with the run.
    this.#bars.hidden = !runs;
    if (runs) betBars(this.#bars, bets, wall.bets, wall.phase === 'reveal' ? wall.sums : {});
    this.#wall.update(wall, bets.length);
  }

  /** @param {import('../class/api.js').Wall} wall */
  #join(wall) {
    const at = wall.join.replace(/^https?:\/\//, '').replace(/join\.html.*$/, '');
    return h('section', { class: 'panel class-at', 'data-big': String(wall.phase === 'lobby') },
      h('h2', {}, t('class.join-at')),
      h('img', { class: 'class-qr', src: `/api/class/${wall.code}/qr.svg`, alt: t('class.qr'), width: 200, height: 200 }),
      h('div', {}, h('p', { class: 'class-address' }, at), h('p', { class: 'class-code' }, wall.code)));
  }

  /** @param {State} state @param {Phase} phase */
  #control({ run }, phase) {
    const at = PHASES.indexOf(phase);
    const [back, next] = [PHASES[at - 1], PHASES[at + 1]];
    const to = (/** @type {Phase} */ one) => ({ phase: t(`class.phase-${one}`) });
    const field = (/** @type {'count'|'interval'} */ name, /** @type {string} */ key) => h('label', { class: 'field' }, t(key),
      h('input', { class: 'input', name, value: run[name], oninput: (/** @type {Event} */ event) => { run[name] = /** @type {HTMLInputElement} */ (event.target).value; } }));
    const ws = h('select', { class: 'input', name: 'ws', onchange: () => { run.ws = ws.value; } },
      ...['bare', 'restart', 'resume'].map((one) => h('option', { value: one, selected: one === run.ws }, t(`class.ws-${one}`))));
    return h('section', { class: 'panel class-control', 'aria-label': t('class.control') },
      phase === 'bet' && h('div', { class: 'class-settings' }, field('count', 'class.events'), field('interval', 'class.every'), h('label', { class: 'field' }, t('class.ws'), ws)),
      h('div', { class: 'class-steps-buttons' },
        next ? h('button', { class: 'button primary large', type: 'button', 'data-action': 'next', onclick: () => void this.#wishes.move(next) }, t('class.next', to(next)))
          : h('button', { class: 'button primary large', type: 'button', 'data-action': 'next', onclick: () => void this.#wishes.again() }, t('class.again')),
        back === undefined ? null : h('button', { class: 'button', type: 'button', 'data-action': 'back', onclick: () => void this.#wishes.move(back) }, t('class.back-to', to(back)))));
  }

  /** @param {Phase} phase */
  #faults(phase) {
    const buttons = Object.entries(FAULTS).map(([name, body]) => h('button', {
      class: 'button', type: 'button', 'data-fault': name, 'data-action': `fault-${name}`, title: t(`class.fault-${name}-hint`), onclick: () => void this.#throw(name, body),
    }, t(`class.fault-${name}`)));
    const clear = h('button', {
      class: 'button', type: 'button', 'data-action': 'fault-clear', title: t('class.fault-clear-hint'),
      onclick: async () => { await this.#wishes.clear(); setText(this.#shell.said, t('class.cleared')); },
    }, t('class.fault-clear'));
    return h('section', { class: 'panel class-faults', hidden: phase !== 'run', 'aria-label': t('class.faults') },
      h('h2', {}, t('class.faults')), h('div', { class: 'class-fault-buttons' }, ...buttons, clear));
  }

  /** @param {string} name @param {object} body */
  async #throw(name, body) {
    const thrown = await this.#wishes.fault(body);
    if (!thrown) return;
    const text = t('class.thrown', { fault: t(`class.fault-${name}`), count: thrown.struck });
    setText(this.#shell.said, text);
    setAttribute(this.#shell.said, 'data-struck', String(thrown.struck));
  }
}
