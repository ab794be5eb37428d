/*
 * A name and a value of a lane card: a term and its description, with an optional
 * note that explains the value on hover and to a screen reader.
 */
import { h, setAttribute, setText } from './dom.js';

export class StatRow {
  #value = h('dd');

  /**
   * @param {string} name
   * @param {string} [hint] what the number means
   */
  constructor(name, hint) {
    this.element = h('div', { class: 'stat-row', title: hint }, h('dt', {}, name), this.#value);
  }

  /**
   * @param {string} text
   * @param {string} [mood] '' | 'bad' | 'good' | 'quiet'
   */
  set(text, mood = '') {
    setText(this.#value, text);
    setAttribute(this.#value, 'data-mood', mood);
  }
}
