/*
 * <wb-notices>: what went wrong, said once and clearly: what was wanted, what was
 * found, and what to do.
 */
import { t } from '../i18n/index.js';
import { wantedText } from '../i18n/wanted.js';
import { define, h, wish } from './dom.js';

export class Notices extends HTMLElement {
  #shown = '';

  /**
   * @param {import('../model/settings.js').Mistake[]} mistakes
   * @param {string} error
   * @param {string} away        the bench that does not answer, or ''
   * @param {string} unfinished  a job to come back to, or ''
   */
  update(mistakes, error, away, unfinished) {
    const all = JSON.stringify([mistakes, error, away, unfinished, t('notice.reset')]);
    if (all === this.#shown) return;
    this.#shown = all;
    this.className = 'notices';
    this.replaceChildren(...(mistakes.length > 0 ? [this.#mistakes(mistakes)] : []), ...(error ? [this.#error(error)] : []),
      ...(away ? [h('div', { class: 'notice', role: 'status' }, h('p', {}, t('notice.away', { bench: away })))] : []),
      ...(unfinished ? [this.#unfinished(unfinished)] : []));
  }

  /** @param {import('../model/settings.js').Mistake[]} mistakes */
  #mistakes(mistakes) {
    const rows = mistakes.map(({ name, wanted, found }) => h('li', {}, h('code', {}, name), ' ',
      t('notice.mistake', { wanted: wantedText(wanted), found: found === '' ? t('notice.nothing') : `“${found}”` })));
    return h('div', { class: 'notice', role: 'alert' }, h('div', {}, h('b', {}, t(mistakes.every((one) => one.typed) ? 'notice.typed' : 'notice.mistakes')), h('ul', {}, ...rows)),
      h('button', { type: 'button', class: 'button small', onclick: () => wish(this, 'reset-mistakes') }, t('notice.reset')));
  }

  /** @param {string} job */
  #unfinished(job) {
    return h('div', { class: 'notice', role: 'status' }, h('p', {}, t('notice.unfinished', { job })),
      h('button', { type: 'button', class: 'button small', onclick: () => wish(this, 'join', { job }) }, t('bar.join')));
  }

  /** @param {string} error */
  #error(error) {
    return h('div', { class: 'notice', role: 'alert' }, h('p', {}, error),
      h('button', { type: 'button', class: 'button small', onclick: () => wish(this, 'dismiss') }, t('notice.dismiss')));
  }
}

define('wb-notices', Notices);
