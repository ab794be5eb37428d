/*
 * <wb-ledger>: what the bytes were for. A lane each way and per event, and the run; what the sockets counted beside it, and
 * beneath it, marked as such, an estimate of what TCP, IP and TLS would have added.
 */
import { t } from '../i18n/index.js';
import { accountsOf } from '../model/byte-ledger.js';
import { formatBytes } from '../model/format.js';
import { PER_RECORD, PER_SEGMENT } from '../model/wire-tally.js';
import { ROLES } from '../proto/dissect/kinds.js';
import { define, h } from './dom.js';

/** @typedef {import('../model/byte-ledger.js').Account} Account */

const EVERY_MS = 500;

export class LedgerPanel extends HTMLElement {
  #body = h('table');
  #said = h('p');
  #drawn = '';
  #drawnAt = 0;

  build() {
    this.className = 'panel byte-ledger';
    this.#drawn = '';
    this.#drawnAt = 0;
    this.#body = h('table', {});
    this.#said = h('p', { class: 'panel-note ledger-said' });
    this.replaceChildren(
      h('header', { class: 'panel-head' }, h('h2', {}, t('ledger.title')), h('p', { class: 'panel-note' }, t('ledger.note'))),
      h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('ledger.title') }, this.#body), this.#said);
  }

  /**
   * @param {import('../model/wire-look.js').WireLook} wire
   * @param {import('../model/run.js').RunModel} run
   * @param {{id: string, transport: string, title: string}[]} lanes
   * @param {boolean} still  nothing moves: draw at once
   */
  update({ scope, tally }, run, lanes, still) {
    const clock = performance.now();
    if (!scope || !tally || (!still && clock - this.#drawnAt < EVERY_MS)) return;
    this.#drawnAt = clock;
    const models = lanes.flatMap(({ id }) => run.lanes.get(id) ?? []);
    const accounts = accountsOf(scope, tally, models);
    const drawn = JSON.stringify([accounts, lanes]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const heads = ['', '', ...ROLES.map((role) => t(`role.${role}`)), t('ledger.sum'), t('ledger.socket')];
    this.#body.replaceChildren(
      h('caption', { class: 'visually-hidden' }, t('ledger.title')),
      h('thead', {}, h('tr', {}, ...heads.map((text) => (text ? h('th', { scope: 'col' }, text) : h('td', {}))))),
      ...accounts.map((one) => group(one, lanes.find(({ id }) => id === one.id))));
    this.#said.textContent = t('ledger.estimate', { segment: PER_SEGMENT, record: PER_RECORD });
  }
}

/**
 * @param {Account} account
 * @param {{transport: string, title: string}|undefined} lane
 */
function group(account, lane) {
  const { ways, perEvent, per, events, beneath } = account;
  const title = h('th', { scope: 'rowgroup', rowspan: perEvent ? 4 : 3 }, lane?.title ?? t('ledger.run'), h('span', { class: 'ledger-agrees', 'data-agrees': String(account.agrees) }, agreement(account)));
  const rows = /** @type {const} */ (['down', 'up']).map((way, index) => {
    const { roles, sum, socket } = ways[way];
    return h('tr', {}, index === 0 ? title : null, h('th', { scope: 'row' }, t(`ledger.${way}`)),
      ...ROLES.map((role) => number(roles[role], role)), number(sum), h('td', {}, socket === null ? '–' : grouped(socket)));
  });
  const each = perEvent && h('tr', { class: 'ledger-each' }, h('th', { scope: 'row' }, t('ledger.per-event')),
    ...ROLES.map((role) => number(perEvent[role], role)), number(per ?? 0), h('td', {}, t('ledger.events', { events })));
  const under = h('tr', { class: 'ledger-beneath' }, h('th', { scope: 'row' }, t('ledger.estimated')), h('td', { colspan: ROLES.length + 2 }, t('ledger.beneath', {
    tcp: formatBytes(beneath.tcp), segments: grouped(beneath.segments), tls: formatBytes(beneath.tls), records: grouped(beneath.records), writes: grouped(beneath.writes),
  })));
  return h('tbody', { 'data-transport': lane?.transport ?? '', 'data-lane-id': account.id ?? 'run' }, ...rows, each, under);
}

/** @param {Account} account */
function agreement({ agrees, unseen, ways }) {
  if (agrees) return t('ledger.agrees');
  if (unseen > 0) return t('ledger.unseen', { bytes: formatBytes(unseen) });
  return ways.down.socket === null ? t('ledger.no-socket') : t('ledger.ahead');
}

/**
 * @param {number} value
 * @param {string} [role]
 */
function number(value, role) {
  return h('td', { 'data-role': role, 'data-none': value === 0 ? '' : false }, grouped(value));
}

/** @param {number} value */
function grouped(value) {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

define('wb-ledger', LedgerPanel);
