/*
 * <wb-comparison>: the article's table with what was just measured. What the article
 * got wrong is struck out, put right, and given its reason.
 */
import { t } from '../i18n/index.js';
import { COLUMNS, comparisonRow } from '../model/comparison.js';
import { TRANSPORTS } from '../transports/index.js';
import { define, h, setText, wish } from './dom.js';

/** Numbers in a table need not race. */
const EVERY_MS = 500;

export class ComparisonView extends HTMLElement {
  /** @type {Map<string, HTMLElement>} */
  #measured = new Map();
  /** Which lane a row shows, by transport. @type {Map<string, HTMLElement>} */
  #which = new Map();
  #drawnAt = 0;

  build() {
    this.className = 'panel comparison';
    this.#measured.clear();
    this.#drawnAt = 0;
    const head = h('tr', {}, h('th', { scope: 'col' }, t('table.transport')),
      ...COLUMNS.map((column) => h('th', { scope: 'col' }, t(`table.${column}`))));
    this.replaceChildren(
      h('header', { class: 'panel-head' }, h('h2', {}, t('table.title')), h('span', { class: 'panel-ways' }, h('p', { class: 'panel-note' }, t('table.note')),
        h('button', { type: 'button', class: 'button small', 'data-action': 'save-markdown', title: t('table.save-hint'), onclick: () => wish(this, 'save-markdown') }, t('table.save')))),
      h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('table.title') },
        h('table', {}, h('thead', {}, head),
          h('tbody', {}, ...TRANSPORTS.map(({ name }) => this.#row(name))))));
  }

  /**
   * @param {import('../model/run.js').RunModel} run
   * @param {Map<string, string[]>} chips  what each lane is switched to, in words
   * @param {boolean} [still]  nothing moves: draw at once
   */
  update(run, chips, still = run.settled) {
    const clock = performance.now();
    if (clock - this.#drawnAt < EVERY_MS && !still) return;
    this.#drawnAt = clock;
    for (const { name } of TRANSPORTS) {
      const like = [...run.lanes.values()].filter((one) => one.transport === name);
      // With several of a kind the first that has taken part stands for all.
      const lane = like.find((one) => one.machine.state !== 'idle') ?? like[0] ?? null;
      const which = this.#which.get(name);
      const many = lane && like.length > 1 ? t('table.which', { lane: `${t(`transport.${name}.short`)} ${like.indexOf(lane) + 1}` }) : '';
      const said = [many, ...(lane ? chips.get(lane.id) ?? [] : [])].filter(Boolean).join(' · ');
      if (which) setText(which, said);
      for (const cell of comparisonRow(name, lane)) {
        const place = this.#measured.get(`${name}.${cell.column}`);
        if (place) setText(place, cell.measured ? t(cell.measured.key, cell.measured.values) : '');
      }
    }
  }

  /** @param {string} transport */
  #row(transport) {
    const which = h('p', { class: 'cell-why' });
    this.#which.set(transport, which);
    return h('tr', { 'data-transport': transport },
      h('th', { scope: 'row' }, t(`transport.${transport}`), which),
      ...comparisonRow(transport, null).map((cell) => this.#cell(transport, cell)));
  }

  /**
   * @param {string} transport
   * @param {import('../model/comparison.js').Cell} cell
   */
  #cell(transport, cell) {
    const key = `table.${transport}.${cell.column}`;
    const measured = h('p', { class: 'cell-measured' });
    this.#measured.set(`${transport}.${cell.column}`, measured);
    const parts = [];
    if (cell.verdict === 'right') parts.push(h('p', { class: 'cell-truth' }, t(`${key}.truth`)));
    else {
      // <s>: what is no longer accurate; the words stay readable for a screen reader.
      if (cell.verdict === 'wrong') {
        parts.push(h('p', { class: 'cell-article' }, h('span', { class: 'visually-hidden' }, t('table.struck')),
          h('s', {}, t(`${key}.article`))));
      } else if (cell.verdict === 'imprecise') {
        parts.push(h('p', { class: 'cell-article' }, `“${t(`${key}.article`)}”`));
      }
      parts.push(h('p', { class: 'cell-truth' }, t(`${key}.truth`)));
      if (cell.verdict !== 'silent') parts.push(h('p', { class: 'cell-why' }, t(`${key}.why`)));
    }
    return h('td', { 'data-verdict': cell.verdict, 'data-label': t(`table.${cell.column}`) }, ...parts, measured);
  }
}

define('wb-comparison', ComparisonView);
