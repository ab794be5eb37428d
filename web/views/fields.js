/*
 * Inputs of the settings: each shows one setting and asks for a change by a wish.
 */
import { has, t } from '../i18n/index.js';
import { wantedText } from '../i18n/wanted.js';
import { SPECS, textOf, tidy } from '../model/settings.js';
import { fits, wanted } from '../model/switches.js';
import { h, wish } from './dom.js';

/** @typedef {import('../model/settings.js').Settings} Settings */
/** @typedef {import('../model/settings.js').Name} Name */
/** @typedef {import('../model/switches.js').Param} Param */

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
    title: has(`hint.${name}`) ? `${t(`hint.${name}`)} (${wantedText(SPECS[name].wanted)})` : wantedText(SPECS[name].wanted),
    placeholder: has(`hint.${name}-empty`) ? t(`hint.${name}-empty`) : undefined, 'aria-invalid': SPECS[name].fits(value) ? undefined : 'true',
    onchange: () => commit(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (!runs || event.key !== 'Enter' || event.isComposing) return;
      commit();
      wish(input, 'run');
    },
  });
  const commit = () => {
    const text = tidy(input.value, SPECS[name].duration);
    if (text !== input.value) input.value = text;
    input.setAttribute('aria-invalid', String(!SPECS[name].fits(text)));
    wish(input, 'set', { name, value: text });
  };
  return h('label', { class: `field field-${name}` }, h('span', {}, t(`setting.${name}`)), input);
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
 * Which transport a lane has; another one takes over what it knows of the lane's switches.
 * @param {Settings} settings
 * @param {number} index
 * @param {string[]} options
 * @param {(transport: string) => void} chosen
 */
export function transportChoice(settings, index, options, chosen) {
  const select = h('select', {
    class: 'input', name: `lanes-${index + 1}`, 'aria-label': `${t('setting.lanes')} ${index + 1}`,
    onchange: () => chosen(select.value),
  }, ...options.map((one) => optionOf(one, t(`transport.${one}`), one === settings.lanes[index].transport)));
  return select;
}

/**
 * The control of a switch: on or off, one of some, or a text with a unit.
 * @param {Param} param
 * @param {string} value
 * @param {{name: string, label: string, set: (value: string) => void}} place
 * @returns {HTMLInputElement|HTMLSelectElement}
 */
export function switchControl(param, value, { name, label, set }) {
  if (param.kind === 'switch') {
    const box = h('input', {
      type: 'checkbox', role: 'switch', name, 'aria-label': label, checked: value === 'on',
      onchange: () => set(box.checked ? 'on' : 'off'),
    });
    return box;
  }
  if (param.kind === 'choice') {
    const select = h('select', { name, class: 'input', 'aria-label': label, onchange: () => set(select.value) },
      ...(param.values ?? []).map((one) => optionOf(one, has(`option.${one}`) ? t(`option.${one}`) : one, one === value)));
    return select;
  }
  const input = h('input', {
    type: 'text', name, value, class: 'input short', autocomplete: 'off', spellcheck: 'false', 'aria-label': label,
    title: wantedText(wanted(param)), placeholder: param.default ?? '',
    onchange: () => {
      input.value = tidy(input.value, param.kind === 'duration');
      const right = input.value === '' || fits(param, input.value);
      input.setAttribute('aria-invalid', String(!right));
      set(input.value);
    },
  });
  return input;
}

/**
 * A switch for all lanes that take it.
 * @param {Settings} settings
 * @param {Param} param
 */
export function switchField(settings, param) {
  const { name } = param;
  const text = has(`setting.${name}`) ? t(`setting.${name}`) : name;
  const control = switchControl(param, settings.all[name] ?? param.default ?? '', {
    name, label: text, set: (value) => wish(control, 'set', { name, value }),
  });
  return h('label', { class: `field field-${name}`, title: has(`switch.${name}`) ? t(`switch.${name}`) : undefined }, h('span', {}, text), control);
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
