/*
 * <wb-microscope>: every byte of one event on every lane, side by side. Listens only while it is open.
 */
import { currentLanguage, t } from '../i18n/index.js';
import { payloadOf } from '../model/wire-thing.js';
import { ROLES } from '../proto/dissect/kinds.js';
import { define, h, setText, wish } from './dom.js';
import { LaneView } from './microscope-lane.js';
import { typeAndSee } from './microscope-typed.js';

/** @typedef {import('../bench/wire-watch.js').WireWatch} WireWatch */
/** @typedef {import('./microscope-lane.js').Named} Named */

/** Events to choose from; the others are stepped to. */
const MOST_OFFERED = 300;

export class MicroscopePanel extends HTMLElement {
  #said = h('p');
  #which = h('select');
  #lanes = h('div');
  /** @type {Map<string, LaneView>} */
  #views = new Map();
  #switched = { bare: true, heads: false };
  #options = '';
  /** What is typed stays, in whichever language; what came of it, as long as it is in this one. */
  #typed = h('details');
  #typedIn = '';

  build() {
    this.className = 'panel microscope';
    this.#views.clear();
    this.#options = '';
    this.#said = h('p', { class: 'micro-said', role: 'status' });
    this.#lanes = h('div', { class: 'micro-lanes' });
    this.#which = h('select', {
      class: 'input', name: 'microscope-which', 'aria-label': t('microscope.which'), onchange: () => this.#look(this.#which.value),
    });
    if (this.#typedIn !== currentLanguage()) this.#typed = typeAndSee(this.#typed);
    this.#typedIn = currentLanguage();
    this.replaceChildren(
      h('header', { class: 'panel-head' }, h('h2', { tabindex: -1 }, t('microscope.title')),
        h('div', { class: 'button-group' }, this.#step(-1), this.#which, this.#step(1),
          this.#toggle('heads', t('microscope.with-heads')), this.#toggle('bare', t('microscope.unmasked')),
          h('button', { type: 'button', class: 'button small', 'data-action': 'microscope-close', onclick: () => wish(this, 'microscope') }, t('microscope.close')))),
      h('p', { class: 'panel-note' }, t('microscope.help')),
      h('ul', { class: 'micro-legend', 'aria-label': t('microscope.legend') }, ...ROLES.map((role) => h('li', { title: t(`role.${role}.says`) },
        h('span', { class: 'role-sign', 'data-role': role, 'aria-hidden': 'true' }, t(`role.${role}.sign`)), t(`role.${role}`)))),
      this.#said, this.#lanes, this.#typed);
  }

  connectedCallback() {
    this.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Closed, nothing of it is kept. */
  clear() {
    this.#views.clear();
    this.replaceChildren();
  }

  /**
   * @param {WireWatch} wire
   * @param {Named[]} lanes
   * @param {number} begins when the run began
   */
  update(wire, lanes, begins) {
    wire.aim(lanes.map(({ id }) => id));
    const { scope, key } = wire;
    if (!scope) return;
    this.#offer(scope, key);
    const ids = lanes.map(({ id }) => id);
    if (ids.join() !== [...this.#views.keys()].join()) {
      this.#views = new Map(lanes.map((lane) => [lane.id, new LaneView(lane)]));
      this.#lanes.replaceChildren(...[...this.#views.values()].map(({ element }) => element));
    }
    const things = lanes.map(({ id }) => scope.at(id, key));
    lanes.forEach((lane, index) => this.#views.get(lane.id)?.update(lane, scope.lanes.get(lane.id), things[index], key, this.#switched, begins));
    setText(this.#said, wire.away ? t('microscope.away') : this.#compared(things, key));
  }

  /** It was opened. */
  show() {
    this.querySelector('h2')?.focus({ preventScroll: true });
    this.scrollIntoView({ block: 'start' });
  }

  /**
   * Whether the same payload crossed on all lanes.
   * @param {import('../model/wire-thing.js').Thing[][]} things
   * @param {string} key
   */
  #compared(things, key) {
    if (key === '') return t('microscope.listens');
    const found = things.flatMap((one) => one.filter(({ way }) => way === 'down').map(payloadOf));
    if (found.length < 2 || !key.startsWith('#')) return '';
    const [first] = found;
    const same = found.every((one) => one.length === first.length && one.every((byte, at) => byte === first[at]));
    return same ? t('microscope.same', { bytes: first.length, lanes: found.length }) : t('microscope.other');
  }

  /**
   * What can be looked at.
   * @param {import('../model/microscope.js').Microscope} scope
   * @param {string} key
   */
  #offer(scope, key) {
    const keys = [...scope.seqs().slice(-MOST_OFFERED).map((seq) => `#${seq}`), ...scope.others()];
    const mark = `${keys.join()} ${key}`;
    // An open list must not change under the finger.
    if (mark === this.#options || (document.activeElement === this.#which && this.#which.value === key && keys.length > 0 && key !== '')) return;
    this.#options = mark;
    const name = (/** @type {string} */ one) => (one.startsWith('#') ? t('microscope.event', { seq: one.slice(1) }) : one);
    fill(this.#which, keys.includes(key) ? keys : [key, ...keys], (one) => (one === '' ? '–' : name(one)));
    this.#which.value = key;
  }

  /** @param {string} key */
  #look(key) {
    wish(this, 'look', { key });
  }

  /** @param {1|-1} by */
  #step(by) {
    const name = by > 0 ? 'next' : 'previous';
    return h('button', {
      type: 'button', class: 'button small icon', 'data-action': `microscope-${name}`, title: t(`microscope.${name}`), 'aria-label': t(`microscope.${name}`),
      'aria-keyshortcuts': by > 0 ? 'PageDown' : 'PageUp', onclick: () => wish(this, 'look-step', { by }),
    }, by > 0 ? '→' : '←');
  }

  /**
   * @param {'bare'|'heads'} name
   * @param {string} label
   */
  #toggle(name, label) {
    const box = h('input', {
      type: 'checkbox', role: 'switch', name: `microscope-${name}`, checked: this.#switched[name],
      onchange: () => {
        this.#switched[name] = box.checked;
        wish(this, 'look-step', { by: 0 });
      },
    });
    return h('label', { class: 'switch' }, box, label);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLSelectElement) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    // From the heading, where one is when it opens, they lead to the bytes.
    if (/^Arrow(Right|Down)$/.test(event.key) && event.target instanceof HTMLHeadingElement) {
      const first = /** @type {HTMLElement|null} */ (this.querySelector('[role="option"][tabindex="0"]'));
      if (first) event.preventDefault();
      first?.focus();
    }
    if (event.key === 'Escape') wish(this, 'microscope');
    else if (event.key === 'PageDown' || event.key === 'PageUp') {
      event.preventDefault();
      wish(this, 'look-step', { by: event.key === 'PageDown' ? 1 : -1 });
    }
  }
}

/**
 * Has exactly these options; those that are there already stay, for most are the same from one draw to the next.
 * @param {HTMLSelectElement} select
 * @param {string[]} values
 * @param {(value: string) => string} name
 */
function fill(select, values, name) {
  const wanted = new Set(values);
  const known = new Map([...select.options].map((option) => [option.value, option]));
  for (const [value, option] of known) if (!wanted.has(value)) option.remove();
  let at = select.firstElementChild;
  for (const value of values) {
    const option = known.get(value) ?? h('option', { value }, name(value));
    if (option === at) at = at.nextElementSibling;
    else select.insertBefore(option, at);
  }
}

define('wb-microscope', MicroscopePanel);
