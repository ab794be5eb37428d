/*
 * <wb-settings>: everything the address can say about the next run, and the lanes it
 * is played on.
 */
import { t } from '../i18n/index.js';
import { choiceField, laneChoice, textField, valueOf } from './fields.js';
import { define, h, wish } from './dom.js';

/** @typedef {import('../model/settings.js').Settings} Settings */

export class SettingsPanel extends HTMLElement {
  /**
   * @param {Settings} settings
   * @param {boolean} locked
   */
  build(settings, locked) {
    this.className = 'panel settings';
    this.replaceChildren(
      h('header', { class: 'panel-head' }, h('h2', {}, t('settings.title')), h('p', { class: 'panel-note' }, t('settings.note'))),
      h('div', { class: 'settings-groups' }, feedGroup(settings), wireGroup(settings), this.#lanesGroup(settings, locked)));
  }

  /**
   * @param {Settings} settings
   * @param {boolean} locked
   */
  #lanesGroup(settings, locked) {
    const rows = settings.lanes.map((transport, index) => h('li', {},
      laneChoice(settings, 'lanes', index, ['polling', 'sse', 'websocket']),
      laneChoice(settings, 'encoding', index, ['json', 'binary']),
      transport === 'websocket' ? laneChoice(settings, 'ws', index, ['bare', 'resume']) : null,
      h('button', {
        type: 'button', class: 'button small icon', disabled: locked || settings.lanes.length === 1,
        'aria-label': t('settings.remove-lane', { n: index + 1 }), title: t('settings.remove-lane', { n: index + 1 }),
        onclick: () => wish(this, 'remove-lane', { index }),
      }, '×')));
    return h('fieldset', { disabled: locked }, h('legend', {}, t('settings.lanes')),
      h('ol', { class: 'settings-lanes' }, ...rows));
  }
}

/** @param {Settings} settings */
function feedGroup(settings) {
  return h('fieldset', {}, h('legend', {}, t('settings.feed')), h('div', { class: 'settings-fields' },
    textField('jitter', settings.jitter), choiceField('payload', settings.payload, ['progress', 'text', 'bytes']),
    textField('size', valueOf(settings, 'size')), textField('seed', valueOf(settings, 'seed')),
    textField('job', settings.job, 'long')));
}

/** @param {Settings} settings */
function wireGroup(settings) {
  return h('fieldset', {}, h('legend', {}, t('settings.wire')), h('div', { class: 'settings-fields' },
    textField('poll', settings.poll), textField('heartbeat', settings.heartbeat), textField('retry', settings.retry, 'long')));
}

define('wb-settings', SettingsPanel);
