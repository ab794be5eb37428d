/*
 * <wb-clients>: who reads any feed of this bench now, how far behind, at what price. A
 * reader can be removed here, and the most there may be can be set.
 */
import { t } from '../i18n/index.js';
import { formatBytes, formatMs } from '../model/format.js';
import { define, h, setAttribute, setText, wish } from './dom.js';

/** @typedef {import('../bench/api.js').PoolClient} PoolClient */

const COLUMNS = /** @type {const} */ (['client', 'job', 'transport', 'lag', 'bytes', 'since']);

export class ClientsPanel extends HTMLElement {
  #count = h('span');
  #said = h('p');
  #max = h('input');
  #body = h('tbody');
  #empty = h('p');
  /** A row a client, kept while it is there: a button under the finger must not be made anew. @type {Map<string, Row>} */
  #rows = new Map();

  build() {
    this.className = 'panel clients';
    this.#rows.clear();
    this.#count = h('span', { class: 'clients-count' });
    this.#said = h('p', { class: 'clients-said', role: 'status' });
    this.#empty = h('p', { class: 'panel-note' }, t('clients.empty'));
    this.#body = h('tbody');
    this.#max = h('input', {
      type: 'text', inputmode: 'numeric', name: 'clients-max', class: 'input short', autocomplete: 'off', title: t('clients.max-hint'),
      onchange: () => this.#limit(),
    });
    const head = h('tr', {}, ...COLUMNS.map((one) => h('th', { scope: 'col' }, t(`clients.${one}`))),
      h('th', {}, h('span', { class: 'visually-hidden' }, t('clients.remove'))));
    this.replaceChildren(
      h('header', { class: 'panel-head' }, h('h2', {}, t('clients.title'), ' ', this.#count),
        h('label', { class: 'field' }, h('span', {}, t('clients.max')), this.#max)),
      h('p', { class: 'panel-note' }, t('clients.note')), this.#said, this.#empty,
      h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('clients.title') },
        h('table', {}, h('thead', {}, head), this.#body)));
  }

  /**
   * @param {import('../bench/pool-watch.js').PoolWatch} watch
   * @param {number} now server time
   */
  update({ pool, said }, now) {
    if (!pool) return;
    setText(this.#count, `${pool.clients.length}`);
    setText(this.#said, said ? t(said.key, said.values) : '');
    this.#empty.hidden = pool.clients.length > 0;
    // Whoever is typing a number is not overwritten.
    if (document.activeElement !== this.#max) this.#max.value = String(pool.max);
    const here = new Set();
    for (const client of pool.clients) {
      const key = `${client.job}/${client.client}`;
      here.add(key);
      let row = this.#rows.get(key);
      if (!row) {
        row = new Row(client);
        this.#rows.set(key, row);
        this.#body.append(row.element);
      }
      row.update(client, now);
    }
    for (const [key, row] of this.#rows) {
      if (here.has(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
  }

  #limit() {
    const right = /^[1-9]\d{0,8}$/.test(this.#max.value.trim());
    this.#max.setAttribute('aria-invalid', String(!right));
    if (right) wish(this, 'clients-max', { max: Number(this.#max.value) });
  }
}

class Row {
  #cells;

  /** @param {PoolClient} client */
  constructor({ client, job, transport }) {
    this.#cells = Object.fromEntries(COLUMNS.map((one) => [one, h('td', { 'data-label': t(`clients.${one}`) })]));
    const label = t('clients.remove-hint', { client });
    this.element = h('tr', { 'data-client': client, 'data-transport': transport }, ...Object.values(this.#cells), h('td', {}, h('button', {
      type: 'button', class: 'button small', 'data-action': 'remove-client', title: label, 'aria-label': `${t('clients.remove')}: ${label}`,
      onclick: () => wish(this.element, 'remove-client', { job, client }),
    }, t('clients.remove'))));
  }

  /**
   * @param {PoolClient} client
   * @param {number} now
   */
  update(client, now) {
    setText(this.#cells.client, client.client);
    setText(this.#cells.job, client.job);
    setText(this.#cells.transport, t(`transport.${client.transport}.short`));
    setText(this.#cells.lag, String(client.lag));
    setText(this.#cells.bytes, `↓ ${formatBytes(client.out)}   ↑ ${formatBytes(client.in)}`);
    setText(this.#cells.since, formatMs(Math.max(0, Math.round((now - client.since) / 1000) * 1000)));
    setAttribute(this.element, 'data-transport', client.transport);
    setAttribute(this.element, 'data-reading', String(client.reading));
  }
}

define('wb-clients', ClientsPanel);
