/*
 * What the learner's page and the teacher's have alike: the bar with the steps of the class, the language and the colours as
 * the address says them, and a place for what is said aloud.
 */
import { setTheme, watchSystemTheme } from '../bench/theme.js';
import { currentLanguage, setLanguage, t } from '../i18n/index.js';
import { h, setAttribute, setText } from '../views/dom.js';
import { PHASES } from './api.js';

/** @typedef {import('./api.js').Phase} Phase */

export class Shell {
  page = /** @type {HTMLElement} */ (document.getElementById('page'));
  /** Said by a screen reader when it changes. */
  said = h('p', { class: 'class-said', role: 'status' });
  #bar = /** @type {HTMLElement} */ (document.getElementById('bar'));
  #away = h('p', { class: 'notice', role: 'alert', hidden: true });
  #who = h('span', { class: 'class-who' });
  /** @type {HTMLElement[]} */
  #steps = [];
  #title;
  #redraw;
  /** @type {'auto'|'light'|'dark'} */
  #theme;

  /**
   * @param {string} title  the key of the page's title
   * @param {() => void} redraw  builds the page anew, in another language
   */
  constructor(title, redraw) {
    this.#title = title;
    this.#redraw = redraw;
    const params = new URLSearchParams(location.search);
    const [lang, theme] = [params.get('lang'), params.get('theme')];
    this.#theme = theme === 'light' || theme === 'dark' ? theme : 'auto';
    setTheme(this.#theme);
    watchSystemTheme(() => setTheme(this.#theme));
    this.#speak(lang === 'en' || lang === 'zh' ? lang : 'auto');
    this.page.before(this.#away);
  }

  /** @param {boolean} away the bench does not answer */
  away(away) {
    this.#away.hidden = !away;
    if (away) setText(this.#away, t('class.away'));
  }

  /** @param {string} name */
  who(name) {
    setText(this.#who, name);
  }

  /** @param {Phase|null} phase  null before one has joined */
  at(phase) {
    this.#steps.forEach((step, index) => {
      const own = PHASES[index] === phase;
      if (own) setAttribute(step, 'aria-current', 'step');
      else step.removeAttribute('aria-current');
      step.dataset.done = String(phase !== null && PHASES.indexOf(phase) > index);
    });
    const list = this.#steps[0]?.parentElement;
    if (list) list.hidden = phase === null;
  }

  /** @param {'auto'|'en'|'zh'} lang */
  #speak(lang) {
    setLanguage(lang);
    document.title = t(this.#title);
    this.#steps = PHASES.map((phase) => h('li', {}, t(`class.phase-${phase}`)));
    const other = currentLanguage() === 'en' ? 'zh' : 'en';
    const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    this.#bar.replaceChildren(
      h('span', { class: 'class-brand' }, h('b', {}, 'wirebench'), ` ${t('class.brand')}`),
      h('ol', { class: 'class-steps', 'aria-label': t('class.steps') }, ...this.#steps),
      this.#who,
      h('span', { class: 'button-group' },
        h('button', { class: 'button small', type: 'button', lang: other === 'zh' ? 'zh-CN' : 'en', 'data-action': 'language', onclick: () => this.#choose('lang', other) }, t('class.language')),
        h('button', { class: 'button small', type: 'button', 'data-action': 'theme', onclick: () => this.#choose('theme', theme) }, t(`class.theme-${theme}`))));
  }

  /** @param {'lang'|'theme'} name @param {'en'|'zh'|'light'|'dark'} value */
  #choose(name, value) {
    const url = new URL(location.href);
    url.searchParams.set(name, value);
    history.replaceState(null, '', url);
    if (value === 'light' || value === 'dark') setTheme(this.#theme = value);
    this.#speak(currentLanguage() === 'zh' ? 'zh' : 'en');
    if (value === 'en' || value === 'zh') this.#speak(value);
    this.#redraw();
    /** @type {HTMLElement|null} */ (this.#bar.querySelector(`[data-action="${name === 'lang' ? 'language' : 'theme'}"]`))?.focus();
  }
}

/**
 * A text of a lesson in the reader's language.
 * @param {import('./api.js').Text} text
 */
export function inOwn(text) {
  return currentLanguage() === 'zh' ? text.zh : text.en;
}
