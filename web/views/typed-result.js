/*
 * Bytes that were typed, read twice: by the standard, and by the visitor's own browser. Row for row, and what differs is
 * marked.
 */
import { t } from '../i18n/index.js';
import { compared } from '../model/typed-fired.js';
import { shown } from '../model/typed-bytes.js';
import { h, setText, wish } from './dom.js';

/** @typedef {import('../model/typed-fired.js').Fired} Fired */

/** The most that may be typed: so many the bench takes. */
export const MOST = 4096;

/**
 * The button and its answer; `stale` says that something else is typed now.
 * @param {'stream'|'frames'} part
 * @param {() => {bytes: Uint8Array, wanted: Fired[]}|null} read  what is typed now; null where it is nothing
 */
export function typedResult(part, read) {
  const said = h('p', { class: 'typed-said', role: 'status' });
  const table = h('div', { class: 'typed-fired' });
  let turn = 0;
  const stale = () => {
    turn += 1;
    setText(said, '');
    table.replaceChildren();
  };
  const ask = () => {
    stale();
    const own = turn;
    const typed = read();
    if (!typed) return setText(said, t('typed.no-hex'));
    if (typed.bytes.length > MOST) return setText(said, t('typed.too-long', { bytes: typed.bytes.length, most: MOST }));
    setText(said, t('typed.asks'));
    return wish(button, 'try-typed', {
      part, bytes: typed.bytes, told: (/** @type {{fired: Fired[], ended: boolean}} */ { fired, ended }) => {
        if (own !== turn) return;
        const rows = compared(typed.wanted, fired);
        const other = rows.filter(({ same }) => !same).length;
        setText(said, !ended ? t('typed.no-end') : other === 0 ? t('typed.agrees', { rows: rows.length }) : t('typed.differs', { other, rows: rows.length }));
        said.dataset.mood = ended && other === 0 ? 'good' : 'bad';
        table.replaceChildren(drawn(rows));
      },
    });
  };
  const button = h('button', { type: 'button', class: 'button small', 'data-action': `try-${part}`, onclick: ask }, t('typed.try'));
  return { element: h('div', { class: 'typed-trial' }, button, said, table), stale, ask };
}

/** @param {import('../model/typed-fired.js').Row[]} rows */
function drawn(rows) {
  const cell = (/** @type {Fired|null} */ one) => h('td', {}, ...(one ? [h('b', {}, shown(one.event)), ' ', shown(one.detail)] : ['–']));
  return h('table', {}, h('caption', { class: 'visually-hidden' }, t('typed.compared')),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('typed.by-standard')), h('th', { scope: 'col' }, t('typed.by-browser')), h('th', { scope: 'col' }, h('span', { class: 'visually-hidden' }, t('typed.whether'))))),
    h('tbody', {}, ...rows.map(({ wanted, fired, same }) => h('tr', { 'data-same': String(same) }, cell(wanted), cell(fired),
      h('td', { class: 'typed-sign' }, h('span', { 'aria-hidden': 'true' }, same ? '=' : '≠'), h('span', { class: 'visually-hidden' }, t(same ? 'typed.same' : 'typed.other')))))));
}
