/*
 * <wb-lane-card>: one lane as a column of the page. Draws a LaneModel and asks for
 * what its buttons say by `wb-wish` events; it connects nothing itself.
 */
import { t } from '../i18n/index.js';
import { asks } from '../model/asking.js';
import { formatBytes } from '../model/format.js';
import { define, h, setAttribute, setText, wish } from './dom.js';
import './lane-log.js';
import { switchSheet } from './lane-switches.js';
import {
  delayHint, delayText, overheadText, readyText, recoveryText, socketText, stateText, talkText,
} from './lane-words.js';
import { RecoveryBar } from './recovery-bar.js';
import { StatRow } from './stat-row.js';

/** @typedef {import('../model/lane.js').LaneModel} LaneModel */

/**
 * @typedef {object} CardFacts
 * @property {LaneModel} lane
 * @property {number} head
 * @property {number|null} total
 * @property {string} jobState
 * @property {string} source       where the job's events come from
 * @property {boolean} alive       the frame has said hello
 * @property {string[]} chips      what this lane is switched to, where it is not the default
 * @property {number} now          server time
 */

const TALLIES = /** @type {const} */ (['delivered', 'missed', 'repeated', 'reordered', 'late']);

export class LaneCard extends HTMLElement {
  n = 0;
  transport = '';
  /** What a scenario calls it. */
  name = '';
  /** Its number among lanes of the same transport; '' where it is the only one. @type {number|''} */
  ordinal = '';
  origin = { id: 0, url: '', listening: true };
  /** Opened alone in a tab there is no bench to switch a listener. */
  alone = false;
  /** Of a saved record: there is nobody to be told anything. */
  saved = false;
  /** What it can be switched to, and how it is. @type {Pick<import('./lane-switches.js').Sheet, 'params'|'values'|'own'>} */
  switches = { params: [], values: {}, own: {} };
  #sheetOpen = false;
  /** A sheet that is built anew stays where it was scrolled to. */
  #sheetScroll = 0;
  #chips = '';
  #state = '';
  #announced = '';
  parts = makeParts('');

  build() {
    this.className = 'lane-card';
    this.dataset.transport = this.transport;
    this.dataset.lane = String(this.n);
    const frame = this.querySelector('iframe');
    this.#sheetScroll = this.querySelector('.sheet')?.scrollTop ?? 0;
    const title = laneTitle(this);
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', t('lane.region', { n: this.n, title }));
    this.parts = makeParts(this.transport);
    const fresh = [this.#head(title), this.#progress(), this.#tallies(), this.#stats(), ...(this.saved ? [] : [this.#buttons()]), this.#foot()];
    for (const child of [...this.children]) if (child !== frame) child.remove();
    this.prepend(...fresh);
    this.#state = '';
    this.#chips = '';
    if (this.#sheetOpen) this.#showSheet();
  }

  /** @param {CardFacts} facts */
  update(facts) {
    const { lane } = facts;
    this.#drawState(facts);
    this.#drawProgress(facts);
    setText(this.parts.tally.delivered, String(lane.ledger.delivered));
    const missed = lane.missed(facts.head);
    const behind = missed === 0 ? lane.behind(facts.head) : 0;
    setText(this.parts.tally.missed, String(missed + behind));
    const skipped = missed + behind === 0 ? lane.ledger.skipped : 0;
    if (skipped > 0) setText(this.parts.tally.missed, String(skipped));
    const what = skipped > 0 ? 'skipped' : behind > 0 ? 'behind' : 'missed';
    setText(this.parts.missedName, t(`lane.${what}`));
    setAttribute(this.parts.missedBox, 'title', t(`hint.${what}`));
    setText(this.parts.tally.repeated, String(lane.ledger.repeated));
    setText(this.parts.tally.reordered, String(lane.ledger.reordered));
    setText(this.parts.tally.late, String(lane.late));
    setAttribute(this.parts.tally.missed, 'data-mood', missed > 0 ? 'bad' : behind + skipped > 0 ? 'quiet' : '');
    setAttribute(this.parts.tally.repeated, 'data-mood', lane.ledger.repeated > 0 ? 'bad' : '');
    setAttribute(this.parts.tally.reordered, 'data-mood', lane.ledger.reordered > 0 ? 'bad' : '');
    setAttribute(this.parts.tally.late, 'data-mood', lane.late > 0 ? 'warn' : '');
    this.#drawStats(lane, facts.now);
    this.parts.log.update(lane);
  }

  /** @param {string} title */
  #head(title) {
    return h('header', { class: 'lane-head' },
      h('div', { class: 'lane-title' }, h('h2', {}, title), ...(this.alone || this.saved ? [] : [this.#faultButton(), this.#sheetButton()])),
      h('p', { class: 'lane-what' }, t(`what.${this.transport}`)),
      h('div', { class: 'lane-state' }, this.parts.pill, this.parts.chips), this.parts.ready, this.parts.live);
  }

  #progress() {
    this.parts.track.setAttribute('aria-label', t('lane.progress'));
    return h('div', { class: 'lane-far' },
      h('div', { class: 'lane-progress' }, this.parts.percent, this.parts.track), this.parts.line, this.parts.lesson);
  }

  #faultButton() {
    return h('button', {
      type: 'button', class: 'button icon small lane-switch', 'data-action': 'lane-fault', 'aria-label': t('faults.at-lane'), title: t('faults.at-lane'),
      onclick: () => wish(this, 'faults', { scope: `lane:${this.n}` }),
    }, h('span', { class: 'bolt', 'aria-hidden': 'true' }));
  }

  #sheetButton() {
    this.parts.sheetButton = h('button', {
      type: 'button', class: 'button icon small lane-switch', 'data-action': 'lane-switches', 'aria-expanded': String(this.#sheetOpen),
      'aria-label': t('switches.open'), title: t('switches.open'), disabled: this.switches.params.length === 0,
      onclick: () => this.#toggleSheet(),
    }, '⚙');
    return this.parts.sheetButton;
  }

  #toggleSheet() {
    this.#sheetOpen = !this.#sheetOpen;
    setAttribute(this.parts.sheetButton, 'aria-expanded', String(this.#sheetOpen));
    this.querySelector('.sheet')?.remove();
    document.removeEventListener('pointerdown', this.#pressedElsewhere);
    if (!this.#sheetOpen) return this.parts.sheetButton.focus();
    this.#showSheet();
    document.addEventListener('pointerdown', this.#pressedElsewhere);
    /** @type {HTMLElement|null} */ (this.querySelector('.sheet :is(select, input)'))?.focus({ preventScroll: true });
  }

  /** @param {PointerEvent} event */
  #pressedElsewhere = ({ target }) => {
    const inside = target instanceof Element && (this.querySelector('.sheet')?.contains(target) || this.parts.sheetButton.contains(target));
    if (!inside && this.#sheetOpen) this.#toggleSheet();
  };

  #showSheet() {
    const sheet = switchSheet({
      ...this.switches, close: () => this.#toggleSheet(), reset: () => wish(this, 'lane-reset', { n: this.n }),
      set: (name, value) => wish(this, 'lane-set', { n: this.n, name, value }),
    });
    const before = this.querySelector('.sheet');
    if (before) before.replaceWith(sheet);
    else this.append(sheet);
    sheet.scrollTop = this.#sheetScroll;
  }

  #tallies() {
    return h('dl', { class: 'tallies' }, ...TALLIES.map((name) => {
      const term = h('dt', {}, t(`lane.${name}`));
      const box = h('div', { title: t(`hint.${name}`) }, term, h('dd', {}, this.parts.tally[name]));
      if (name === 'missed') Object.assign(this.parts, { missedName: term, missedBox: box });
      return box;
    }));
  }

  #stats() {
    const { recovery, talk, ...numbers } = this.parts.rows;
    recovery.element.append(this.parts.split.element);
    for (const row of [recovery, talk]) row.element.classList.add('stat-note');
    return h('dl', { class: 'stats' }, ...[...Object.values(numbers), recovery, talk].map((row) => row.element));
  }

  #buttons() {
    const button = (/** @type {string} */ action) => {
      /** @type {HTMLButtonElement} */
      const made = h('button', {
        type: 'button', class: 'button small', 'data-action': action,
        onclick: () => wish(this, made.dataset.action ?? '', { n: this.n }),
      });
      return made;
    };
    this.parts.connection = button('connect');
    this.parts.flow = button('lane-pause');
    this.parts.cancel = button('lane-cancel');
    return h('div', { class: 'lane-buttons' },
      h('span', { class: 'button-group', role: 'group', 'aria-label': t('lane.by-hand') }, this.parts.connection),
      h('span', { class: 'button-group', role: 'group', 'aria-label': t('lane.talk') }, this.parts.flow, this.parts.cancel));
  }

  #foot() {
    this.parts.listener = h('input', {
      type: 'checkbox', role: 'switch', checked: this.origin.listening, 'data-action': 'listener',
      onchange: () => wish(this, 'listener', { n: this.n, listening: this.parts.listener.checked }),
    });
    return h('footer', { class: 'lane-foot' }, this.parts.log,
      h('div', { class: 'lane-origin' }, h('code', {}, this.origin.url.replace(/^https?:\/\//, '')),
        this.alone || this.saved ? null : h('label', { class: 'switch', title: t('hint.listener') }, this.parts.listener, t('lane.listener')),
        this.saved ? null : h('button', {
          type: 'button', class: 'link', 'data-action': 'code', onclick: () => wish(this, 'code', { n: this.n }),
        }, t('lane.code-button'))));
  }

  /** @param {CardFacts} facts */
  #drawState({ lane, alive, chips, jobState }) {
    const state = alive || lane.machine.state !== 'idle' ? lane.machine.state : 'dead';
    const text = state === 'dead' ? t('state.dead') : stateText(lane);
    setText(this.parts.pill, text);
    const ready = state === 'dead' ? t('lane.dead') : readyText(lane);
    setText(this.parts.ready, ready);
    setAttribute(this.parts.ready, 'title', ready);
    if (chips.join('\n') !== this.#chips) {
      this.#chips = chips.join('\n');
      this.parts.chips.replaceChildren(...chips.map((one) => h('li', { class: 'chip' }, one)));
    }
    // Screen readers hear a change of state, never each event.
    if (this.#announced !== text) setText(this.parts.live, (this.#announced = text));
    const key = `${state}/${jobState}`;
    if (key === this.#state) return;
    this.#state = key;
    this.dataset.state = state;
    this.#drawButtons(state, jobState, alive);
  }

  /**
   * One button for the connection and one for the flow: each says what it would do now.
   * @param {string} state
   * @param {string} jobState
   * @param {boolean} alive
   */
  #drawButtons(state, jobState, alive) {
    const { connection, flow, cancel } = this.parts;
    const up = ['open', 'connecting', 'waiting'].includes(state);
    const away = ['closed', 'given-up'].includes(state);
    const job = jobState !== 'none' && alive;
    const over = ['done', 'failed', 'cancelled', 'gone'].includes(jobState);
    setAttribute(connection, 'data-action', up ? 'disconnect' : 'connect');
    setText(connection, t(up ? 'lane.disconnect' : away ? 'lane.reconnect' : 'lane.connect'));
    connection.title = t(up ? 'hint.disconnect' : 'hint.connect');
    connection.disabled = !job;
    const order = jobState === 'paused' ? 'resume' : 'pause';
    setAttribute(flow, 'data-action', `lane-${order}`);
    setText(flow, t(`command.${order}`));
    setText(cancel, t('command.cancel'));
    // A POST of its own needs no open feed; a frame needs its socket.
    const mute = this.transport === 'websocket' ? state !== 'open' : state === 'idle';
    for (const one of [flow, cancel]) {
      one.title = t(mute && job && !over ? 'hint.command-closed' : 'hint.command');
      one.disabled = !job || over || mute || jobState === 'ready';
    }
  }

  /** @param {CardFacts} facts */
  #drawProgress({ lane, total, source }) {
    // Lines of text have no percentage, and a pushed job no plan: then nobody knows how far it is.
    const known = lane.percent ?? (total ? Math.min(100, (lane.lastSeq / total) * 100) : lane.ledger.delivered === 0 ? 0 : null);
    setText(this.parts.percent, known === null ? '– %' : `${Math.floor(known)} %`);
    if (known === null) this.parts.track.removeAttribute('aria-valuenow');
    else setAttribute(this.parts.track, 'aria-valuenow', String(Math.floor(known)));
    setAttribute(this.parts.track, 'data-unknown', String(known === null));
    this.parts.bar.style.transform = `scaleX(${(known ?? 0) / 100})`;
    setText(this.parts.line, lane.line);
    this.parts.line.hidden = lane.line === '';
    const lesson = source === 'per-connection' ? 'lane.started-over-connection' : 'lane.started-over';
    setText(this.parts.lesson, lane.epochChanges > 0 ? t(lesson, { count: lane.epochChanges, before: lane.before }) : '');
    this.parts.lesson.hidden = lane.epochChanges === 0;
  }

  /**
   * @param {LaneModel} lane
   * @param {number} now
   */
  #drawStats(lane, now) {
    const { rows } = this.parts;
    const connections = lane.socket?.connections ?? (asks(lane.transport) ? '–' : lane.opened);
    rows.requests.set(`${lane.requests} · ${connections}`);
    const unscripted = lane.unscriptedCount(now);
    rows.unscripted.set(String(unscripted));
    rows.unscripted.element.hidden = unscripted === 0;
    rows.payload.set(formatBytes(lane.payloadBytes));
    rows.socket.set(socketText(lane));
    rows.overhead.set(overheadText(lane));
    rows.delay.set(delayText(lane));
    setAttribute(rows.payload.element, 'title', t(lane.encodings.has('binary') || lane.encodings.has('base64') ? 'hint.payload-binary' : 'hint.payload'));
    setAttribute(rows.delay.element, 'title', delayHint(lane));
    const recovering = lane.recoveries.list.length > 0;
    rows.recovery.set(recoveryText(lane), recovering ? '' : 'quiet');
    this.parts.split.update(lane.recoveries.list.at(-1));
    rows.talk.set(talkText(lane), lane.commands.last ? '' : 'quiet');
    rows.talk.element.hidden = this.saved && !lane.commands.last;
  }
}

/**
 * The parts that change while a run lasts.
 * @param {string} transport
 */
function makeParts(transport) {
  const bar = h('span', { class: 'bar-fill' });
  return {
    pill: h('span', { class: 'pill' }),
    ready: h('p', { class: 'lane-ready' }),
    live: h('span', { class: 'visually-hidden', 'aria-live': 'polite' }),
    chips: h('ul', { class: 'chips lane-chips' }),
    line: h('p', { class: 'lane-line', hidden: true }),
    lesson: h('p', { class: 'lane-lesson', hidden: true }),
    sheetButton: h('button'),
    bar,
    percent: h('span', { class: 'bar-number' }),
    track: h('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, bar),
    missedName: h('dt'),
    missedBox: h('div'),
    tally: { delivered: h('b'), missed: h('b'), repeated: h('b'), reordered: h('b'), late: h('b') },
    split: new RecoveryBar(),
    rows: {
      requests: new StatRow(t('lane.requests'), t('hint.requests')),
      unscripted: new StatRow(t('lane.unscripted'), t('hint.unscripted')),
      payload: new StatRow(t('lane.payload'), t('hint.payload')),
      socket: new StatRow(t('lane.socket'), t('hint.socket')),
      overhead: new StatRow(t('lane.overhead'), t('hint.overhead')),
      delay: new StatRow(t(transport === 'polling' ? 'lane.staleness' : 'lane.delay')),
      recovery: new StatRow(t('lane.recovery'), t('hint.recovery')),
      talk: new StatRow(t('lane.talk'), t('hint.talk')),
    },
    log: /** @type {import('./lane-log.js').LaneLog} */ (document.createElement('wb-lane-log')),
    connection: h('button'),
    flow: h('button'),
    cancel: h('button'),
    listener: h('input'),
  };
}

/** @param {LaneCard} card */
function laneTitle({ name, transport, ordinal }) {
  if (name === '') return `${t(`transport.${transport}`)} ${ordinal}`.trim();
  return name.startsWith(transport) ? name : `${name} · ${t(`transport.${transport}.short`)}`;
}

define('wb-lane-card', LaneCard);
