/*
 * The learner's lanes while they run: a small card each, with its state, what came, what is missing, and how it came back.
 */
import { outcomeOf, toldOf } from '../class/outcome.js';
import { t } from '../i18n/index.js';
import { formatMs } from '../model/format.js';
import { h, setAttribute, setText } from './dom.js';

const TALLIES = /** @type {const} */ (['delivered', 'missed', 'repeated']);

export class LaneCards {
  /** @type {Map<string, {card: HTMLElement, pill: HTMLElement, fill: HTMLElement, back: HTMLElement, tally: Record<string, HTMLElement>}>} */
  #cards = new Map();
  /** @type {Map<string, string>} */
  #states = new Map();

  /** @param {readonly string[]} transports */
  build(transports) {
    this.#states.clear();
    this.#cards = new Map(transports.map((transport) => [transport, this.#card(transport)]));
    return h('div', { class: 'class-cards' }, ...[...this.#cards.values()].map(({ card }) => card));
  }

  /**
   * @param {import('../model/run.js').RunModel} run
   * @param {HTMLElement} said  where a change of state is said aloud
   */
  update(run, said) {
    for (const lane of run.lanes.values()) {
      const parts = this.#cards.get(lane.transport);
      if (!parts) continue;
      const told = toldOf(lane, run.headOf(lane));
      setAttribute(parts.card, 'data-state', told.state);
      const state = t(`class.state-${told.state}`);
      setText(parts.pill, state);
      for (const name of TALLIES) setText(parts.tally[name], String(told[name]));
      parts.tally.missed.dataset.mood = told.missed > 0 ? 'bad' : 'quiet';
      parts.fill.style.transform = `scaleX(${lane.percent === null ? 0 : lane.percent / 100})`;
      setText(parts.back, backText(told));
      if (this.#states.get(lane.transport) !== told.state && this.#states.has(lane.transport)) {
        setText(said, t('class.said', { lane: t(`class.lane-${lane.transport}`), state }));
      }
      this.#states.set(lane.transport, told.state);
    }
  }

  /** @param {string} transport */
  #card(transport) {
    const tally = Object.fromEntries(TALLIES.map((name) => [name, h('b', {}, '0')]));
    const [pill, fill, back] = [h('span', { class: 'class-pill' }, t('class.state-idle')), h('i'), h('p', { class: 'class-back' })];
    const card = h('section', { class: 'panel class-card', 'data-transport': transport, 'data-state': 'idle' },
      h('div', { class: 'class-card-head' }, h('h2', {}, t(`class.lane-${transport}`)), pill),
      h('div', { class: 'class-progress', 'aria-hidden': 'true' }, fill),
      h('dl', { class: 'class-tallies' }, ...TALLIES.map((name) => h('div', {}, h('dt', {}, t(`class.${name}`)), h('dd', {}, tally[name])))),
      back);
    return { card, pill, fill, back, tally };
  }
}

/** @param {import('../class/api.js').LaneTold} told */
function backText(told) {
  const outcome = outcomeOf(told);
  if (outcome === 'untouched') return t('class.never-lost');
  const lost = t('class.lost', { count: told.lost });
  return `${lost} · ${outcome === 'gone' ? t('class.still-away') : t('class.back', { wait: formatMs(told['back-after'] ?? 0) })}`;
}
