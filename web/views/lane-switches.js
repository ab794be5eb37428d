/*
 * The sheet of a lane card that shows what this lane can be switched to. Built from the
 * server's own table, so that it offers what the server takes and nothing else.
 */
import { has, t } from '../i18n/index.js';
import { h } from './dom.js';
import { switchControl } from './fields.js';

/** @typedef {import('../model/switches.js').Param} Param */

/**
 * @typedef {object} Sheet
 * @property {Param[]} params
 * @property {Record<string, string>} values  as this lane has them, the defaults among them
 * @property {Record<string, string>} own     what this lane alone is switched to
 * @property {(name: string, value: string) => void} set
 * @property {() => void} reset
 * @property {() => void} close
 */

/** @param {Sheet} sheet */
export function switchSheet(sheet) {
  const rows = (/** @type {Param[]} */ params) => params.map((param) => row(param, sheet));
  const courtesies = sheet.params.filter((one) => one.courtesy);
  const others = sheet.params.filter((one) => !one.courtesy);
  const element = h('div', {
    class: 'sheet', role: 'group', 'aria-label': t('switches.title'),
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && sheet.close(),
  },
  h('header', { class: 'panel-head' }, h('h3', {}, t('switches.title')), h('span', { class: 'button-group' },
    h('button', {
      type: 'button', class: 'button small', 'data-action': 'lane-reset', disabled: Object.keys(sheet.own).length === 0, onclick: sheet.reset,
    }, t('switches.reset')),
    h('button', { type: 'button', class: 'button small', 'data-action': 'lane-switches-close', onclick: sheet.close }, t('switches.close')))),
  h('p', { class: 'panel-note' }, t('switches.note')),
  h('div', { class: 'sheet-rows' }, ...rows(others)),
  courtesies.length > 0 ? h('h4', {}, t('switches.courtesies')) : null,
  h('div', { class: 'sheet-rows' }, ...rows(courtesies)));
  return element;
}

/**
 * @param {Param} param
 * @param {Sheet} sheet
 */
function row(param, sheet) {
  const { name } = param;
  const control = switchControl(param, sheet.values[name] ?? param.default ?? '', {
    name: `switch-${name}`, label: name, set: (value) => sheet.set(name, value),
  });
  return h('label', { class: 'sheet-row', 'data-changed': name in sheet.own ? '' : undefined },
    h('code', {}, name), control, has(`switch.${name}`) ? h('span', { class: 'sheet-hint' }, t(`switch.${name}`)) : null);
}
