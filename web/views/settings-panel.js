/*
 * <wb-settings>: everything the address can say about the next run, and the lanes it
 * is played on.
 */
import { t } from '../i18n/index.js';
import { MADE_UP } from '../model/settings.js';
import { TRANSPORTS } from '../transports/index.js';
import { choiceField, switchField, textField, transportChoice, valueOf } from './fields.js';
import { define, h, wish } from './dom.js';

/** @typedef {import('../model/settings.js').Settings} Settings */
/** @typedef {import('../model/switches.js').Switches} Switches */

/** The switches that are set for all lanes at once more often than for one; each lane's card has all of its own. */
const FOR_ALL = ['encoding', 'poll', 'wait', 'heartbeat', 'retry', 'ws', 'fetch'];

export class SettingsPanel extends HTMLElement {
  /**
   * @param {Settings} settings
   * @param {boolean} locked
   * @param {Switches} switches
   */
  build(settings, locked, switches) {
    this.className = 'panel settings';
    this.replaceChildren(
      h('header', { class: 'panel-head' }, h('h2', {}, t('settings.title')), h('p', { class: 'panel-note' }, t('settings.note'))),
      h('div', { class: 'settings-groups' }, feedGroup(settings), wireGroup(settings, switches), this.#lanesGroup(settings, locked, switches)));
  }

  /**
   * @param {Settings} settings
   * @param {boolean} locked
   * @param {Switches} switches
   */
  #lanesGroup(settings, locked, switches) {
    const rows = settings.lanes.map((_, index) => h('li', {},
      transportChoice(settings, index, TRANSPORTS.map((one) => one.name), (transport) => {
        // What the new transport takes as well stays switched.
        const own = Object.fromEntries(Object.entries(settings.lanes[index].own).filter(([name]) => switches.find(transport, name)));
        const lanes = settings.lanes.map((lane, at) => (at === index ? { transport, own } : lane));
        wish(this, 'lanes', { lanes });
      }),
      h('button', {
        type: 'button', class: 'button small icon', disabled: locked || settings.lanes.length === 1,
        'aria-label': t('settings.remove-lane', { n: index + 1 }), title: t('settings.remove-lane', { n: index + 1 }),
        onclick: () => wish(this, 'remove-lane', { index }),
      }, '×')));
    return h('fieldset', { disabled: locked }, h('legend', {}, t('settings.lanes')),
      h('ol', { class: 'settings-lanes' }, ...rows), h('p', { class: 'panel-note' }, t('settings.lanes-note')));
  }
}

/** @param {Settings} settings */
function feedGroup(settings) {
  const madeUp = MADE_UP.has(settings.source) ? [
    textField('jitter', settings.jitter), choiceField('payload', settings.payload, ['progress', 'text', 'bytes']),
    textField('size', valueOf(settings, 'size')), textField('seed', valueOf(settings, 'seed')),
  ] : [];
  return h('fieldset', {}, h('legend', {}, t('settings.feed')),
    h('div', { class: 'settings-fields' }, ...madeUp, textField('job', settings.job, 'long'),
      h('p', { class: 'panel-note' }, t(`source.${settings.source}`))));
}

/**
 * @param {Settings} settings
 * @param {Switches} switches
 */
function wireGroup(settings, switches) {
  const params = FOR_ALL.flatMap((name) => switches.any(name) ?? []);
  return h('fieldset', {}, h('legend', {}, t('settings.wire')),
    h('div', { class: 'settings-fields' }, ...params.map((param) => switchField(settings, param))));
}

define('wb-settings', SettingsPanel);
