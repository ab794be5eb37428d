/*
 * Inputs of the settings: each shows one setting and asks for a change by a wish.
 */
import { has, t } from '../i18n/index.js';
import { SPECS, textOf, tidy } from '../model/settings.js';
import { h, wish } from './dom.js';

/** @typedef {import('../model/settings.js').Settings} Settings */
/** @typedef {keyof Settings} Name */

/**
 * A text setting.
 * @param {Name} name
 * @param {string} value
 * @param {string} [width] a class: 'short' or 'long'
 * @param {boolean} [runs] Enter takes the value and runs
 */
export function textField(name, value, width = 'short', runs = false) {
  const input = h('input', {
    type: 'text', name, value, class: `input ${width}`, autocomplete: 'off', spellcheck: 'false',
    title: has(`hint.${name}`) ? `${t(`hint.${name}`)} (${SPECS[name].wanted})` : SPECS[name].wanted,
    placeholder: has(`hint.${name}-empty`) ? t(`hint.${name}-empty`) : undefined, 'aria-invalid': SPECS[name].fits(value) ? undefined : 'true',
    onchange: () => commit(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (!runs || event.key !== 'Enter' || event.isComposing) return;
      commit();
      wish(input, 'run');
    },
  });
  const commit = () => {
    const text = tidy(name, input.value);
    if (text !== input.value) input.value = text;
    input.setAttribute('aria-invalid', String(!SPECS[name].fits(text)));
    wish(input, 'set', { name, value: text });
  };
  return h('label', { class: 'field' }, h('span', {}, t(`setting.${name}`)), input);
}

/**
 * A setting with few values.
 * @param {Name} name
 * @param {string} value
 * @param {string[]} options
 */
export function choiceField(name, value, options) {
  const select = h('select', {
    name, class: 'input', onchange: () => wish(select, 'set', { name, value: select.value }),
  }, ...options.map((one) => optionOf(one, t(`option.${one}`), one === value)));
  return h('label', { class: `field field-${name}` }, h('span', {}, t(`setting.${name}`)), select);
}

/**
 * One lane's part of a setting that may differ from lane to lane.
 * @param {Settings} settings
 * @param {'ws'|'encoding'|'lanes'} name
 * @param {number} index
 * @param {string[]} options
 */
export function laneChoice(settings, name, index, options) {
  const values = settings[name].length === settings.lanes.length
    ? [...settings[name]] : settings.lanes.map(() => settings[name][0]);
  const select = h('select', {
    class: 'input', name: `${name}-${index + 1}`, 'aria-label': `${t(`setting.${name}`)} ${index + 1}`,
    onchange: () => {
      values[index] = select.value;
      wish(select, 'set', { name, value: joined(name, values) });
    },
  }, ...options.map((one) => optionOf(one, name === 'lanes' ? t(`transport.${one}`) : t(`option.${one}`), one === values[index])));
  return select;
}

/**
 * A list as the address has it: one value where all are the same.
 * @param {string} name
 * @param {string[]} values
 */
export function joined(name, values) {
  const same = name !== 'lanes' && values.every((one) => one === values[0]);
  return same ? (values[0] ?? '') : values.join(',');
}

/**
 * @param {Settings} settings
 * @param {Name} name
 */
export function valueOf(settings, name) {
  return textOf(settings, name);
}

/**
 * @param {string} value
 * @param {string} text
 * @param {boolean} selected
 */
function optionOf(value, text, selected) {
  return h('option', { value, selected }, text);
}
