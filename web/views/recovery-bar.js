/*
 * A recovery as a bar of five parts: detect, wait, connect, first byte, caught up. What takes long is wide; the numbers,
 * and why one is not known, stand in the tip that hover and focus bring.
 */
import { t } from '../i18n/index.js';
import { formatMs } from '../model/format.js';
import { PARTS, partsOf } from '../model/recovery-parts.js';
import { h, setAttribute, setText } from './dom.js';

/** @typedef {import('../model/recovery-parts.js').Part} Part */

export class RecoveryBar {
  #segments = new Map(PARTS.map((name) => [name, h('i', { 'data-part': name })]));
  #words = new Map(PARTS.map((name) => [name, h('span', { 'data-part': name }, h('b'), h('em'), h('small'))]));
  // An empty title of its own: the row's would cover the tip.
  element = h('div', { class: 'recovery-bar', role: 'img', tabindex: 0, title: '' });
  #said = '';

  constructor() {
    this.element.style.visibility = 'hidden';
    this.element.append(...this.#segments.values(), h('div', { class: 'recovery-tip', 'aria-hidden': 'true' }, ...this.#words.values()));
  }

  /** @param {import('../model/recovery.js').Recovery|undefined} recovery the last one */
  update(recovery) {
    // Its place is kept free, so that cards do not jump.
    this.element.style.visibility = recovery ? '' : 'hidden';
    if (!recovery) return;
    const parts = partsOf(recovery);
    const said = `${t('recovery.parts')}: ${parts.map((one) => `${t(`part.${one.name}`)} ${valueText(one)}`).join(', ')}`;
    if (said === this.#said) return;
    this.#said = said;
    setAttribute(this.element, 'aria-label', said);
    for (const part of parts) this.#draw(part);
  }

  /** @param {Part} part */
  #draw(part) {
    const segment = this.#segments.get(part.name);
    // By the root: three seconds beside three milliseconds would leave nothing of these to be seen.
    segment?.style.setProperty('flex-grow', String(part.ms === null ? 0 : Math.sqrt(part.ms)));
    segment?.setAttribute('data-known', String(part.ms !== null));
    const [name, value, why] = this.#words.get(part.name)?.children ?? [];
    setText(name, t(`part.${part.name}`));
    setText(value, part.ms === null ? whyText(part) : formatMs(part.ms));
    setText(why, [t(`part.${part.name}.what`), part.ms === null ? '' : whyText(part)].filter(Boolean).join(' · '));
  }
}

/** @param {Part} part */
function valueText(part) {
  return part.ms === null ? `– (${whyText(part)})` : formatMs(part.ms);
}

/** @param {Part} part */
function whyText({ why }) {
  return why === '' ? '' : t(`part.why-${why}`);
}
