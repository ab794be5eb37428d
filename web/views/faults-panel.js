/*
 * <wb-faults>: throw a fault, see what it struck, clear it. Draws what the bench says can be thrown and was, by this
 * page or another.
 */
import { has, t } from '../i18n/index.js';
import { doubtsOf } from '../model/faults.js';
import { define, h, setAttribute, setText, wish } from './dom.js';
import { FaultForm } from './fault-form.js';
import { caveatWords, faultTitle, paramsText, scopeText, struckText, timeText } from './fault-words.js';

/** @typedef {import('../model/faults.js').Thrown} Thrown */
/** @typedef {import('../bench/fault-watch.js').FaultWatch} FaultWatch */
/** @typedef {import('./fault-words.js').Titles} Titles */

/** Of those that are over, the last few are still told. */
const OVER_SHOWN = 6;

export class FaultsPanel extends HTMLElement {
  #count = h('span');
  #said = h('p');
  #refused = h('p');
  #list = h('ul');
  #empty = h('p');
  #clearAll = h('button');
  /** @type {FaultForm|null} */
  #form = null;
  /** A row a throw, kept while it is told: a button under the finger must not be made anew. @type {Map<string, Row>} */
  #rows = new Map();

  /**
   * @param {FaultWatch} watch
   * @param {import('./fault-form.js').LaneName[]} lanes
   * @param {string} text  what the address says
   */
  build({ faults }, lanes, text) {
    this.className = 'panel faults';
    this.#rows.clear();
    this.#count = h('span', { class: 'faults-count' });
    this.#said = h('p', { class: 'visually-hidden', role: 'status' });
    this.#refused = h('p', { class: 'faults-refused', role: 'alert' });
    this.#list = h('ul', { class: 'throws' });
    this.#empty = h('p', { class: 'panel-note' }, t('faults.empty'));
    this.#clearAll = h('button', {
      type: 'button', class: 'button small', 'data-action': 'clear-faults', title: t('faults.clear-all-hint'), onclick: () => wish(this, 'clear-faults'),
    }, t('faults.clear-all'));
    this.#form = faults.kinds.length > 0 ? new FaultForm(faults.kinds, lanes, text) : null;
    this.replaceChildren(
      h('header', { class: 'panel-head' }, h('h2', {}, t('faults.title'), ' ', this.#count), this.#clearAll),
      h('p', { class: 'panel-note' }, t(this.#form ? 'faults.note' : 'faults.none')),
      ...(this.#form ? [this.#form.element] : []), this.#refused, this.#said, this.#list, this.#empty);
  }

  /** @param {string} [scope] what the next throw is to strike */
  show(scope) {
    if (scope !== undefined) this.#form?.aim(scope);
    // At once: smooth scrolling is motion that nobody has asked for.
    this.scrollIntoView({ block: 'start' });
  }

  /**
   * @param {FaultWatch} watch
   * @param {Titles} titles
   * @param {number} now  server time
   */
  update(watch, titles, now) {
    const { faults } = watch;
    const active = faults.active;
    const over = faults.list.filter((one) => one.cleared !== null).slice(-OVER_SHOWN);
    setText(this.#count, active.length > 0 ? t('faults.active', { count: active.length }) : '');
    setText(this.#refused, watch.refused);
    this.#clearAll.disabled = active.length === 0;
    const told = [...active, ...over].sort((a, b) => b.thrown - a.thrown);
    this.#empty.hidden = told.length > 0 || !this.#form;
    this.#drop(new Set(told.map((one) => one.id)));
    told.forEach((one, index) => {
      let row = this.#rows.get(one.id);
      if (!row) {
        row = new Row(one, faultTitle(one.fault, faults.find(one.fault)));
        this.#rows.set(one.id, row);
        if (watch.isMine(one.id) && one.cleared === null) setText(this.#said, t('faults.thrown-said', { fault: row.title }));
      }
      if (this.#list.children[index] !== row.element) this.#list.insertBefore(row.element, this.#list.children[index] ?? null);
      row.update(one, { watch, titles, now });
    });
  }

  /** @param {Set<string>} stay */
  #drop(stay) {
    for (const [id, row] of this.#rows) {
      if (stay.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
  }
}

class Row {
  #what = h('span', { class: 'throw-params' });
  #scope = h('span', { class: 'throw-scope' });
  #struck = h('span', { class: 'throw-struck' });
  #time = h('span', { class: 'throw-time' });
  #foreign = h('span', { class: 'throw-foreign' });
  #doubts = h('p', { class: 'throw-doubts' });
  #clear;

  /**
   * @param {Thrown} one
   * @param {string} title
   */
  constructor({ id, fault }, title) {
    this.title = title;
    const label = t('faults.clear-hint', { fault: title });
    this.#clear = h('button', {
      type: 'button', class: 'button small', 'data-action': 'clear-fault', name: `clear-${id}`, title: label, 'aria-label': label,
      onclick: () => wish(this.element, 'clear-fault', { id }),
    }, t('faults.clear'));
    this.element = h('li', { class: 'throw', 'data-fault': fault, 'data-throw': id },
      h('div', { class: 'throw-words' }, h('b', {}, title), this.#what, this.#scope, this.#struck, this.#time, this.#foreign),
      this.#clear, this.#doubts);
  }

  /**
   * @param {Thrown} one
   * @param {{watch: FaultWatch, titles: Titles, now: number}} facts
   */
  update(one, { watch, titles, now }) {
    const kindOf = (/** @type {string} */ name) => watch.faults.find(name);
    setText(this.#what, paramsText(one, kindOf(one.fault)));
    setText(this.#scope, scopeText(one.scope, titles));
    setText(this.#struck, struckText(one, titles));
    setText(this.#time, [timeText(one, now), one.why !== 'once' && has(`faults.why-${one.why}`) ? t(`faults.why-${one.why}`) : ''].filter(Boolean).join(' · '));
    setText(this.#foreign, watch.isMine(one.id) ? '' : t('faults.foreign'));
    const doubts = doubtsOf(one).map(({ caveat, values }) =>
      caveatWords({ caveat, values: { fault: one.fault, .../** @type {Record<string, string>} */ (values ?? {}) } }, kindOf, titles));
    setText(this.#doubts, doubts.map(({ text, fix }) => `${text} ${fix}`.trim()).join(' '));
    const over = one.cleared !== null;
    // Whoever has just pressed it would lose the focus with it.
    if (over && document.activeElement === this.#clear) /** @type {HTMLElement|null} */ (document.querySelector('[data-action="throw"]'))?.focus();
    this.#clear.hidden = over;
    setAttribute(this.element, 'data-over', String(over));
  }
}

define('wb-faults', FaultsPanel);
