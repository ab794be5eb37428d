/*
 * The form of the faults panel: which fault, set to what, for how long, at whom. Built from the server's own list, so
 * that it offers what the server does and nothing else; no fault is named here.
 */
import { has, t } from '../i18n/index.js';
import { wantedText } from '../i18n/wanted.js';
import { fitsTime, lastings, mayLast, readChoice, writeChoice } from '../model/fault-choice.js';
import { cutScope } from '../model/faults.js';
import { tidy } from '../model/settings.js';
import { fits, wanted } from '../model/switches.js';
import { h, wish } from './dom.js';
import { switchControl } from './fields.js';
import { faultTitle, shortTitle } from './fault-words.js';

/** @typedef {import('../model/fault-choice.js').Choice} Choice */
/** @typedef {import('../model/faults.js').FaultKind} FaultKind */
/** @typedef {{n: number, transport: string, title: string}} LaneName */

/** What a fault lasts for, where somebody wants a time and has not said which. */
const SOME_TIME = '5s';

export class FaultForm {
  element = h('div', { class: 'fault-form' });
  #kinds;
  #lanes;
  /** @type {Choice} */
  #choice;
  #what = h('div', { class: 'fault-what' });
  #fields = h('div', { class: 'fault-fields' });
  #said = h('p', { class: 'fault-said', role: 'alert' });
  #throw = h('button', {
    type: 'button', class: 'button primary', 'data-action': 'throw', title: t('faults.throw-hint'), onclick: () => this.#throwIt(),
  }, t('faults.throw'));
  /** What was typed and does not fit, by its field. @type {Map<string, string>} */
  #wrong = new Map();

  /**
   * @param {FaultKind[]} kinds
   * @param {LaneName[]} lanes
   * @param {string} text  what the address says
   */
  constructor(kinds, lanes, text) {
    this.#kinds = kinds;
    this.#lanes = lanes;
    const read = text === '' ? null : readChoice(text);
    this.#choice = read && this.#kindOf(read.fault) ? read : this.#plain(kinds[0].name);
    const radios = kinds.map(({ name, title }) => h('label', { class: 'fault-kind' },
      h('input', { type: 'radio', name: 'fault-kind', value: name, checked: name === this.#choice.fault, onchange: () => this.#turn(name) }),
      h('span', {}, faultTitle(name, this.#kindOf(name)) || title)));
    this.element.append(
      h('fieldset', { class: 'fault-kinds' }, h('legend', { class: 'visually-hidden' }, t('faults.kind')), ...radios),
      this.#what, this.#fields, this.#said);
    this.#draw();
  }

  /** @param {string} scope */
  aim(scope) {
    const [sort] = cutScope(scope);
    if (!this.#kind.scopes.includes(sort)) this.#choice = this.#plain(this.#kinds.find((one) => one.scopes.includes(sort))?.name ?? this.#choice.fault);
    this.#choice = { ...this.#choice, scope };
    this.#draw();
    this.#tell();
    const radio = /** @type {HTMLInputElement|null} */ (this.element.querySelector(`input[value="${this.#choice.fault}"]`));
    if (radio) radio.checked = true;
    radio?.focus({ preventScroll: true });
  }

  get #kind() {
    return /** @type {FaultKind} */ (this.#kindOf(this.#choice.fault));
  }

  /** @param {string} name */
  #kindOf(name) {
    return this.#kinds.find((one) => one.name === name) ?? null;
  }

  /** @param {string} fault @returns {Choice} */
  #plain(fault) {
    return { fault, params: {}, scope: 'all', lasts: '' };
  }

  /** Another fault; whom it strikes stays, where that can be. @param {string} fault */
  #turn(fault) {
    const { scope } = this.#choice;
    this.#choice = { ...this.#plain(fault), scope: this.#kindOf(fault)?.scopes.includes(cutScope(scope)[0]) ? scope : 'all' };
    this.#draw();
    this.#tell();
  }

  #draw() {
    const kind = this.#kind;
    this.#wrong.clear();
    this.#judge();
    const notes = nothingTexts(kind).map((text) => h('p', { class: 'fault-nothing' }, text));
    this.#what.replaceChildren(h('p', {}, has(`fault.${kind.name}.what`) ? t(`fault.${kind.name}.what`) : kind.title), ...notes);
    this.#fields.replaceChildren(...kind.params.map((param) => this.#param(param)), ...this.#lasts(kind), this.#scope(kind), this.#throw);
  }

  /** @param {import('../model/switches.js').Param} param */
  #param(param) {
    const { name } = param;
    const standard = param.default ?? '';
    const control = switchControl(param, this.#choice.params[name] ?? standard, {
      name: `fault-${name}`, label: name,
      set: (value) => {
        const { [name]: _, ...params } = this.#choice.params;
        if (value !== '' && !fits(param, value)) return this.#complain(name, wanted(param));
        this.#choice = { ...this.#choice, params: value === '' || value === standard ? params : { ...params, [name]: value } };
        return this.#right(name);
      },
    });
    if (param.kind === 'text') control.classList.replace('short', 'long');
    return h('label', { class: 'field' }, h('code', {}, name), control);
  }

  /** @param {FaultKind} kind */
  #lasts(kind) {
    const now = this.#choice.lasts || kind.lasts.default;
    const sorts = lastings(kind);
    const isTime = now !== 'once' && now !== 'until-cleared';
    const time = h('input', {
      type: 'text', name: 'fault-time', class: 'input short', autocomplete: 'off', spellcheck: 'false', value: isTime ? now : SOME_TIME,
      'aria-label': t('faults.for'), hidden: !isTime, onchange: () => {
        time.value = tidy(time.value, true);
        time.setAttribute('aria-invalid', String(!fitsTime(time.value)));
        if (!fitsTime(time.value)) return this.#complain('lasts', '1ms … 1h');
        return this.#last(kind, time.value);
      },
    });
    const select = h('select', {
      name: 'fault-lasts', class: 'input', disabled: sorts.length < 2, onchange: () => {
        time.hidden = select.value !== 'time';
        this.#last(kind, select.value === 'time' ? time.value : select.value);
      },
    }, ...sorts.map((one) => h('option', { value: one, selected: one === (isTime ? 'time' : now) }, t(`faults.${one}`))));
    return [h('label', { class: 'field' }, h('span', {}, t('faults.lasts')), select), time];
  }

  /**
   * @param {FaultKind} kind
   * @param {string} value
   */
  #last(kind, value) {
    this.#choice = { ...this.#choice, lasts: value === kind.lasts.default || !mayLast(kind, value) ? '' : value };
    this.#right('lasts');
  }

  /** @param {FaultKind} kind */
  #scope(kind) {
    const transports = [...new Set(this.#lanes.map((one) => one.transport))];
    const all = [
      ['all', t('faults.scope-all')],
      ...transports.map((one) => [`transport:${one}`, t('faults.scope-transport', { transport: shortTitle(one) })]),
      ...this.#lanes.map(({ n, title }) => [`lane:${n}`, title]),
      ...this.#lanes.map(({ n, title }) => [`connection:${n}`, t('faults.scope-newest', { lane: title })]),
    ].filter(([value]) => kind.scopes.includes(cutScope(value)[0]));
    // The address may name a transport that no lane of this page has, or a lane that is gone.
    if (!all.some(([value]) => value === this.#choice.scope)) this.#choice = { ...this.#choice, scope: all[0]?.[0] ?? 'all' };
    const select = h('select', {
      name: 'fault-scope', class: 'input', onchange: () => {
        this.#choice = { ...this.#choice, scope: select.value };
        this.#tell();
      },
    }, ...all.map(([value, text]) => h('option', { value, selected: value === this.#choice.scope }, text)));
    return h('label', { class: 'field' }, h('span', {}, t('faults.scope')), select);
  }

  /** @param {string} field @param {string} right */
  #complain(field, right) {
    this.#wrong.set(field, `${field}: ${t('notice.wanted', { wanted: wantedText(right) })}`);
    this.#judge();
  }

  /** @param {string} field */
  #right(field) {
    this.#wrong.delete(field);
    this.#judge();
    this.#tell();
  }

  #judge() {
    this.#said.textContent = [...this.#wrong.values()].join(' · ');
    this.#throw.disabled = this.#wrong.size > 0;
  }

  #tell() {
    wish(this.element, 'set', { name: 'fault', value: writeChoice(this.#choice) });
  }

  #throwIt() {
    wish(this.element, 'throw', { choice: this.#choice });
  }
}

/**
 * On which transports it means nothing, once for each reason.
 * @param {FaultKind} kind
 */
function nothingTexts({ name, nothing = {} }) {
  return [...new Set(Object.values(nothing))].map((why) => {
    const on = Object.keys(nothing).filter((transport) => nothing[transport] === why).map(shortTitle).join(', ');
    return t('faults.means-nothing', { transport: on, why: has(`fault.${name}.nothing`) ? t(`fault.${name}.nothing`) : why });
  });
}
