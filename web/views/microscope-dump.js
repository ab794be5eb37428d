/*
 * Bytes as hexadecimal and as text beside each other, coloured by role. To the keyboard and to a screen reader it is a
 * list of spans: one tab stop, the arrow keys go from span to span, and each says what it is and what for.
 */
import { currentLanguage, t } from '../i18n/index.js';
import { KINDS } from '../proto/dissect/kinds.js';
import { unmasked } from '../model/wire-thing.js';
import { h } from './dom.js';

/** @typedef {import('../model/wire-thing.js').Cut} Cut */
/** @typedef {{title: string, cuts: Cut[]}} Group */

const ROW = 8;
/** Bytes drawn of one span; the rest is a number. */
const DRAWN = 1024;

export class Dump {
  element = h('div', { class: 'dump', role: 'listbox' });
  #onExplain;
  #bare = true;
  /** @type {Cut[]} */
  #cuts = [];
  /** Where the keyboard is. */
  #at = 0;

  /** @param {(words: {cut: Cut, text: string}|null) => void} onExplain */
  constructor(onExplain) {
    this.#onExplain = onExplain;
    this.element.addEventListener('pointerover', (event) => this.#pointed(event.target));
    this.element.addEventListener('pointerleave', () => this.#light(document.activeElement && this.element.contains(document.activeElement) ? this.#at : -1));
    this.element.addEventListener('pointerdown', (event) => this.#pointed(event.target));
    this.element.addEventListener('focusin', (event) => this.#pointed(event.target));
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  /**
   * @param {string} label
   * @param {Group[]} groups
   * @param {boolean} bare without masks
   */
  draw(label, groups, bare) {
    const focused = this.element.contains(document.activeElement);
    this.#bare = bare;
    this.#cuts = groups.flatMap(({ cuts }) => cuts);
    this.#at = Math.min(this.#at, Math.max(0, this.#cuts.length - 1));
    this.element.setAttribute('aria-label', label);
    let index = 0;
    this.element.replaceChildren(...groups.map(({ title, cuts }) => {
      const pieces = cuts.map((cut) => ({ cut, index: index++ }));
      return h('div', { role: 'group', 'aria-label': title, class: 'dump-group' },
        h('p', { class: 'dump-title', 'aria-hidden': 'true' }, title), ...this.#rows(pieces));
    }));
    if (focused) this.#options()[this.#at]?.focus({ preventScroll: true });
  }

  /** @param {{cut: Cut, index: number}[]} pieces */
  #rows(pieces) {
    /** @type {HTMLElement[]} */
    const rows = [];
    let left = 0;
    let [hex, text] = [h('span'), h('span')];
    for (const { cut, index } of pieces) {
      const bytes = (this.#bare ? unmasked(cut) : cut.bytes).subarray(0, DRAWN);
      for (let at = 0; at < bytes.length;) {
        if (left === 0) {
          hex = h('span', { class: 'dump-hex' });
          text = h('span', { class: 'dump-text', 'aria-hidden': 'true' });
          rows.push(h('div', { class: 'dump-row', role: 'presentation' }, hex, text));
          left = ROW;
        }
        const part = bytes.subarray(at, at + left);
        hex.append(this.#piece(cut, index, [...part].map((one) => one.toString(16).padStart(2, '0')).join(' '), at === 0));
        text.append(this.#piece(cut, index, [...part].map(glyph).join(''), false));
        at += part.length;
        left -= part.length;
      }
      const more = cut.span.length - bytes.length;
      if (more > 0) {
        rows.push(h('div', { class: 'dump-more', role: 'presentation' }, t('microscope.more', { bytes: more })));
        left = 0;
      }
    }
    return rows;
  }

  /**
   * @param {Cut} cut
   * @param {number} index
   * @param {string} shown
   * @param {boolean} first the one that stands for all of the span
   */
  #piece(cut, index, shown, first) {
    const props = { class: 'dump-bytes', 'data-role': cut.span.role, 'data-cut': index, 'data-kind': cut.span.kind };
    if (!first) return h('span', { ...props, 'aria-hidden': 'true' }, shown);
    return h('span', {
      ...props, role: 'option', tabindex: index === this.#at ? 0 : -1, 'aria-selected': String(index === this.#at),
      'aria-label': explained(cut, this.#bare),
    }, shown);
  }

  #options() {
    return /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll('[role="option"]')]);
  }

  /** @param {EventTarget|null} target */
  #pointed(target) {
    const piece = target instanceof HTMLElement ? target.closest('[data-cut]') : null;
    if (piece) this.#light(Number(piece.getAttribute('data-cut')));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const last = this.#cuts.length - 1;
    /** @type {Record<string, number>} */
    const to = { ArrowRight: this.#at + 1, ArrowDown: this.#at + 1, ArrowLeft: this.#at - 1, ArrowUp: this.#at - 1, Home: 0, End: last };
    if (!(event.key in to) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const options = this.#options();
    const next = Math.min(Math.max(to[event.key], 0), last);
    options[this.#at]?.setAttribute('tabindex', '-1');
    options[this.#at]?.setAttribute('aria-selected', 'false');
    this.#at = next;
    options[next]?.setAttribute('tabindex', '0');
    options[next]?.setAttribute('aria-selected', 'true');
    options[next]?.focus();
  }

  /** @param {number} index the span that is told, -1 for none */
  #light(index) {
    for (const piece of this.element.querySelectorAll('[data-lit]')) piece.removeAttribute('data-lit');
    if (index >= 0) for (const piece of this.element.querySelectorAll(`[data-cut="${index}"]`)) piece.setAttribute('data-lit', '');
    const cut = this.#cuts[index];
    this.#onExplain(cut ? { cut, text: explained(cut, this.#bare) } : null);
  }
}

/**
 * What a span is, in words.
 * @param {Cut} cut
 * @param {boolean} bare
 */
export function explained(cut, bare) {
  const { span } = cut;
  const bytes = bare ? unmasked(cut) : cut.bytes;
  const text = new TextDecoder().decode(bytes.subarray(0, 60)).replace(/[\x00-\x1f]/g, '·');
  const colon = currentLanguage() === 'zh' ? '：' : ': ';
  const key = span.mask && [...span.mask.key].map((one) => one.toString(16).padStart(2, '0')).join(' ');
  return [
    `${t(`role.${span.role}`)}${colon}${span.kind}`, t('microscope.bytes', { bytes: span.length }), text.trim() === '' ? '' : `“${text}”`,
    t(`says.${span.kind}`), KINDS[span.kind]?.standard ?? '', key ? t(bare ? 'microscope.was-masked' : 'microscope.masked', { key }) : '', span.why ?? '',
  ].filter((one) => one !== '' && one !== '—').join(' · ');
}

/** A byte as a character of one column. @param {number} byte */
function glyph(byte) {
  if (byte === 0x0a) return '↵';
  if (byte === 0x0d) return '←';
  if (byte === 0x20) return '␣';
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}
