/*
 * <wb-top-bar>: the name, what is played, Run, and the job's own buttons. Each says
 * what it wants by a wish; app.js grants it.
 */
import { currentLanguage, t } from '../i18n/index.js';
import { FROM_FILE, MADE_UP } from '../model/settings.js';
import { TRANSPORTS } from '../transports/index.js';
import { choiceField, textField, valueOf } from './fields.js';
import { define, h, setAttribute, setText, wish } from './dom.js';

/**
 * @typedef {object} BarFacts
 * @property {import('../model/settings.js').Settings} settings
 * @property {string} jobState
 * @property {boolean} busy
 * @property {boolean} mistaken
 * @property {boolean} settingsOpen
 * @property {boolean} scenariosOpen
 * @property {boolean} lessonsOpen
 * @property {boolean} playsScenario  the lanes are those of a scenario
 * @property {boolean} clientsOpen
 * @property {boolean} microscopeOpen
 * @property {boolean} faultsOpen
 * @property {number} faultsActive
 * @property {string[]} sources  what the bench can play
 * @property {boolean} saved      a saved record is shown
 * @property {boolean} holdsBytes it has what the microscope needs; the live bench always does
 * @property {boolean} locked     lanes may not change while a run lasts
 */

const SPEEDS = ['0.25', '0.5', '1', '2', '5', '20'];
const MOVING = new Set(['running', 'paused', 'ready']);

export class TopBar extends HTMLElement {
  #run = h('button');
  /** @type {Record<string, HTMLButtonElement>} */
  #commands = {};
  #speed = h('select');
  #settings = h('button');
  #scenarios = h('button');
  #lessons = h('button');
  #record = h('button');
  #clients = h('button');
  #faults = h('button');
  #microscope = h('button');
  #open = h('button');
  #add = h('select');

  /** @param {BarFacts} facts */
  build(facts) {
    this.className = 'top-bar';
    this.#run = this.#button('run', `▶ ${t('bar.run')}`, t('bar.run-hint'), 'primary');
    for (const name of ['start', 'pause', 'resume', 'cancel']) {
      this.#commands[name] = this.#button(`job-${name}`, t(`command.${name}`), t('bar.command-hint'));
    }
    this.#scenarios = this.#button('scenarios', t('bar.scenarios'), t('bar.scenarios-hint'));
    this.#lessons = this.#button('lessons', t('bar.lessons'), t('bar.lessons-hint'));
    this.#settings = this.#button('settings', '⚙', `${t('bar.settings')}: ${t('bar.settings-hint')}`, 'icon');
    setAttribute(this.#settings, 'aria-label', t('bar.settings'));
    this.#record = this.#button('record', '⤓', `${t('bar.record')}: ${t('bar.record-hint')}`, 'icon');
    setAttribute(this.#record, 'aria-label', t('bar.record'));
    this.#open = this.#button('open-record', '⤒', `${t('bar.open-record')}: ${t('bar.open-record-hint')}`, 'icon');
    setAttribute(this.#open, 'aria-label', t('bar.open-record'));
    this.#clients = this.#button('clients', t('bar.clients'), t('clients.note'));
    this.#faults = this.#button('faults', t('bar.faults'), t('bar.faults-hint'));
    this.#microscope = this.#button('microscope', '0x', `${t('bar.microscope')}: ${t('bar.microscope-hint')}`, 'icon');
    setAttribute(this.#microscope, 'aria-label', `0x ${t('bar.microscope')}`);
    setAttribute(this.#microscope, 'aria-keyshortcuts', 'Alt+M');
    this.#speed = this.#speedChoice();
    this.#add = this.#addLane();
    this.replaceChildren(
      h('div', { class: 'brand' }, h('span', { class: 'brand-mark', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')),
        h('h1', {}, 'wirebench')),
      h('div', { class: 'bar-feed' }, ...this.#feed(facts)),
      this.#run,
      h('div', { class: 'button-group', role: 'group', 'aria-label': t('bar.job') },
        ...Object.values(this.#commands), this.#speed, this.#faults),
      h('div', { class: 'bar-end' }, this.#scenarios, this.#lessons, this.#docs(), this.#add, this.#settings, this.#clients, this.#microscope, this.#record, this.#open, this.#language(), this.#theme(facts)));
    this.update(facts);
  }

  /** @param {BarFacts} facts */
  update({ settings, jobState, busy, mistaken, settingsOpen, scenariosOpen, lessonsOpen, playsScenario, clientsOpen, microscopeOpen, faultsOpen, faultsActive, locked, saved, holdsBytes }) {
    this.toggleAttribute('data-saved', saved);
    this.#microscope.disabled = !holdsBytes;
    setAttribute(this.#microscope, 'title', holdsBytes ? `${t('bar.microscope')}: ${t('bar.microscope-hint')}` : t('saved.no-bytes'));
    const joins = settings.job !== '';
    // Not disabled while a run begins: the focus would be lost to the page.
    this.#run.disabled = mistaken;
    setAttribute(this.#run, 'aria-disabled', String(busy));
    const label = joins ? `▶ ${t('bar.join')}` : MOVING.has(jobState) ? `↻ ${t('bar.run-again')}` : `▶ ${t('bar.run')}`;
    const scenario = playsScenario ? t(busy ? 'scenarios.playing' : 'scenarios.again') : '';
    setText(this.#run, scenario || (busy ? t('bar.starting') : label));
    setAttribute(this.#run, 'title', t(playsScenario ? 'scenarios.again-hint' : joins ? 'bar.join-hint' : 'bar.run-hint'));
    this.#commands.start.hidden = jobState !== 'ready' || busy;
    this.#commands.pause.hidden = jobState === 'paused';
    this.#commands.resume.hidden = jobState !== 'paused';
    this.#commands.pause.disabled = jobState !== 'running';
    this.#commands.cancel.disabled = !MOVING.has(jobState);
    this.#speed.disabled = !MOVING.has(jobState);
    this.#record.disabled = jobState === 'none';
    this.#add.disabled = locked;
    setAttribute(this.#scenarios, 'aria-expanded', String(scenariosOpen));
    setAttribute(this.#lessons, 'aria-expanded', String(lessonsOpen));
    setAttribute(this.#settings, 'aria-expanded', String(settingsOpen));
    setAttribute(this.#clients, 'aria-expanded', String(clientsOpen));
    setAttribute(this.#microscope, 'aria-expanded', String(microscopeOpen));
    setAttribute(this.#faults, 'aria-expanded', String(faultsOpen));
    setText(this.#faults, faultsActive > 0 ? `${t('bar.faults')} · ${faultsActive}` : t('bar.faults'));
    setAttribute(this.#faults, 'data-mood', faultsActive > 0 ? 'bad' : '');
  }

  /** For a button that did the same and is gone now. */
  focusRun() {
    this.#run.focus({ preventScroll: true });
  }

  /** For a record that is closed. */
  focusOpen() {
    this.#open.focus({ preventScroll: true });
  }

  /** For a panel that is closed. */
  focusMicroscope() {
    this.#microscope.focus({ preventScroll: true });
  }

  /** @param {BarFacts} facts */
  #feed({ settings, sources }) {
    const { source } = settings;
    const parts = [choiceField('source', source, sources)];
    if (FROM_FILE.has(source)) parts.push(textField('path', settings.path, 'long', true));
    if (MADE_UP.has(source)) parts.push(textField('count', valueOf(settings, 'count'), 'short', true));
    if (source === 'replay') parts.push(textField('speed', settings.speed, 'short', true));
    else if (source !== 'push') parts.push(textField('interval', settings.interval, 'short', true));
    return parts;
  }

  /**
   * @param {string} action
   * @param {string} label
   * @param {string} hint
   * @param {string} [look]
   */
  #button(action, label, hint, look = '') {
    return h('button', {
      type: 'button', class: `button ${look}`, 'data-action': action, title: hint, onclick: () => wish(this, action),
    }, label);
  }

  #speedChoice() {
    const select = h('select', {
      class: 'input speed', 'aria-label': t('command.speed'), 'data-action': 'job-speed',
      onchange: () => wish(this, 'job-speed', { factor: Number(select.value) }),
    }, ...SPEEDS.map((one) => h('option', { value: one, selected: one === '1' }, `× ${one}`)));
    return select;
  }

  #addLane() {
    const select = h('select', {
      class: 'input add-lane', 'aria-label': t('bar.add-lane'), 'data-action': 'add-lane',
      onchange: () => wish(this, 'add-lane', { transport: select.value }),
    }, h('option', { value: '' }, `+ ${t('bar.lane')}`),
    ...TRANSPORTS.map(({ name }) => h('option', { value: name }, t(`transport.${name}`))));
    return select;
  }

  /** The reference, in a tab of its own: lanes that run are not left. */
  #docs() {
    return h('a', { class: 'button', href: '/docs/', target: '_blank', rel: 'noopener', title: t('bar.docs-hint') }, t('bar.docs'));
  }

  #language() {
    const other = currentLanguage() === 'zh' ? 'en' : 'zh';
    return h('button', {
      type: 'button', class: 'button', lang: other === 'zh' ? 'zh-CN' : 'en', 'data-action': 'language',
      onclick: () => wish(this, 'set', { name: 'lang', value: other }),
    }, other === 'zh' ? '中文' : 'English');
  }

  /** @param {BarFacts} facts */
  #theme({ settings }) {
    const order = /** @type {const} */ (['auto', 'light', 'dark']);
    const next = order[(order.indexOf(settings.theme) + 1) % order.length];
    const sign = { auto: '◐', light: '☀', dark: '☾' }[settings.theme];
    const label = t('bar.theme', { theme: t(`option.${settings.theme}`) });
    return h('button', {
      type: 'button', class: 'button icon', title: label, 'aria-label': label, 'data-action': 'theme',
      onclick: () => wish(this, 'set', { name: 'theme', value: next }),
    }, sign);
  }
}

define('wb-top-bar', TopBar);
