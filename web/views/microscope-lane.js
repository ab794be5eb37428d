/*
 * One lane under the microscope: its bytes of what is looked at, summed up by role, and what a page can see of them.
 */
import { t } from '../i18n/index.js';
import { formatBytes, formatStamp } from '../model/format.js';
import { base64Of, sumsOf } from '../model/wire-thing.js';
import { ROLES } from '../proto/dissect/kinds.js';
import { h, setText } from './dom.js';
import { Dump } from './microscope-dump.js';

/** @typedef {import('../model/wire-thing.js').Thing} Thing */
/** @typedef {import('../model/microscope.js').WireLane} WireLane */
/** @typedef {{id: string, title: string, transport: string}} Named */
/** @typedef {{bare: boolean, heads: boolean}} Switched */

export class LaneView {
  #title = h('h3');
  #fact = h('p', { class: 'micro-fact' });
  #sums = h('tbody');
  #note = h('p', { class: 'micro-fact' });
  #says = h('p', { class: 'micro-says' });
  #heard = h('p', { class: 'micro-fact micro-heard' });
  #dump = new Dump((words) => setText(this.#says, words ? words.text : t('microscope.point')));
  #table;
  #drawn = '';

  /** @param {Named} lane */
  constructor({ title, transport, id }) {
    setText(this.#title, title);
    setText(this.#says, t('microscope.point'));
    this.#title.id = `micro-${id}`;
    this.#table = h('table', { class: 'micro-sums' },
      h('caption', { class: 'visually-hidden' }, t('microscope.sums', { lane: title })),
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('microscope.role')), h('th', { scope: 'col' }, '↓'), h('th', { scope: 'col' }, '↑'))),
      this.#sums);
    this.element = h('section', { class: 'micro-lane', 'data-transport': transport, 'data-lane-id': id, 'aria-labelledby': this.#title.id },
      this.#title, this.#fact, this.#table, this.#note, this.#dump.element, this.#says,
      h('p', { class: 'micro-sees' }, h('b', {}, t('microscope.page-sees')), ' ', t(`sees.${transport}`)), this.#heard);
  }

  /**
   * @param {Named} lane
   * @param {WireLane|undefined} wire
   * @param {Thing[]} things
   * @param {string} key what is looked at
   * @param {Switched} switched
   * @param {number} begins when the run began
   */
  update({ title }, wire, things, key, switched, begins) {
    setText(this.#heard, wire ? heard(wire) : '');
    const mark = [key, switched.bare, switched.heads, wire ? '' : 'none', ...things.flatMap((one) => [one.at, one.length, one.exchange.held, one.exchange.things])].join();
    if (mark === this.#drawn) return;
    this.#drawn = mark;
    const groups = things.flatMap((one) => groupsOf(one, switched.heads));
    setText(this.#fact, things.length > 0 ? factOf(things[0], begins) : key === '' ? t('microscope.waits') : absent(wire, key));
    setText(this.#note, things.map(noteOf).filter(Boolean).join(' · '));
    this.#table.hidden = this.#dump.element.hidden = this.#says.hidden = things.length === 0;
    this.#sum(groups);
    this.#dump.draw(t('microscope.dump', { lane: title }), groups, switched.bare);
  }

  /** @param {import('./microscope-dump.js').Group[]} groups */
  #sum(groups) {
    const cuts = groups.flatMap((one) => one.cuts);
    const [down, up] = /** @type {const} */ (['down', 'up']).map((way) => sumsOf(cuts.filter(({ span }) => span.way === way)));
    const all = (/** @type {Record<string, number>} */ sums) => Object.values(sums).reduce((sum, one) => sum + one, 0);
    this.#sums.replaceChildren(
      ...ROLES.filter((role) => down[role] + up[role] > 0).map((role) => h('tr', { 'data-role': role, 'data-down': down[role], 'data-up': up[role] },
        h('th', { scope: 'row' }, h('span', { class: 'role-sign', 'data-role': role, 'aria-hidden': 'true' }, t(`role.${role}.sign`)), t(`role.${role}`)),
        h('td', {}, String(down[role])), h('td', {}, String(up[role])))),
      h('tr', { class: 'micro-all' }, h('th', { scope: 'row' }, t('microscope.all')), h('td', {}, String(all(down))), h('td', {}, String(all(up)))));
  }
}

/**
 * The event first, though its heads crossed before: it is what is looked at.
 * @param {Thing} thing
 * @param {boolean} heads
 */
function groupsOf(thing, heads) {
  const { exchange } = thing;
  const arrow = thing.way === 'up' ? '↑' : '↓';
  const own = { title: `${arrow} ${thing.key === '' ? t('microscope.thing') : thing.key}`, cuts: thing.cuts };
  const around = ['down', 'up'].map((way) => ({
    title: `${way === 'up' ? '↑' : '↓'} ${t(`microscope.around-${way}`)}`, cuts: exchange.around.filter(({ span }) => span.way === way),
  }));
  const groups = heads ? [
    own, around[0], { title: `↑ ${t('microscope.head-up')}`, cuts: exchange.heads.up }, around[1],
    { title: `↓ ${t('microscope.head-down')}`, cuts: exchange.heads.down },
  ] : [own];
  return groups.filter(({ cuts }) => cuts.length > 0);
}

/**
 * @param {Thing} thing
 * @param {number} begins
 */
function factOf({ at, type, exchange }, begins) {
  return [type, t('microscope.where', { connection: exchange.connection, exchange: exchange.number }), Number.isNaN(begins) ? '' : formatStamp(at - begins)]
    .filter(Boolean).join(' · ');
}

/** How much longer base64 is, in percent. @param {{text: number, bytes: number}} cost */
function percentOf({ text, bytes }) {
  return bytes === 0 ? 0 : Math.round((text - bytes) * 100 / bytes);
}

/** @param {Thing} thing */
function noteOf(thing) {
  const { exchange } = thing;
  const base64 = base64Of(thing);
  const mask = thing.cuts.find(({ span }) => span.mask)?.span.mask;
  return [
    base64 ? t('microscope.base64', { text: base64.text, bytes: base64.bytes, more: base64.text - base64.bytes, percent: percentOf(base64) }) : '',
    mask ? t('microscope.mask', { key: [...mask.key].map((one) => one.toString(16).padStart(2, '0')).join(' ') }) : '',
    exchange.headless ? t('microscope.headless') : '',
    thing.type === 'compressed' ? t(exchange.headless ? 'microscope.compressed-midway' : 'microscope.compressed') : '',
    thing.type === 'unnumbered' ? t('microscope.unnumbered') : '',
    !exchange.streams && exchange.things > 1 ? t('microscope.shared', { things: exchange.things }) : '',
  ].filter(Boolean).join(' · ');
}

/**
 * Why an event is not there.
 * @param {WireLane|undefined} wire
 * @param {string} key
 */
function absent(wire, key) {
  if (!wire) return t('microscope.nothing');
  if (wire.compressed) return t('microscope.compressed-lane');
  const seqs = wire.keys().filter((one) => one.startsWith('#')).map((one) => Number(one.slice(1)));
  if (seqs.length === 0 && wire.keys().includes('unnumbered')) return t('microscope.unnumbered');
  if (!key.startsWith('#') || seqs.length === 0) return t('microscope.not-here');
  return t(Number(key.slice(1)) < Math.min(...seqs) ? 'microscope.before' : 'microscope.not-here');
}

/** @param {WireLane} wire */
function heard({ totals, unheard, letGo }) {
  const sum = (/** @type {Record<string, number>} */ one) => formatBytes(Object.values(one).reduce((all, bytes) => all + bytes, 0));
  return [
    t('microscope.heard', { down: sum(totals.down), up: sum(totals.up) }),
    letGo.things > 0 ? t('microscope.let-go', { things: letGo.things, bytes: formatBytes(letGo.bytes) }) : '',
    unheard > 0 ? t('microscope.unheard', { bytes: formatBytes(unheard) }) : '',
  ].filter(Boolean).join(' · ');
}
