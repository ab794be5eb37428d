/*
 * <wb-lane-log>: the last lines of a lane, newest first. Draws only while it is open
 * and only what is new, because a hidden list of 200 rows is still 200 rows of layout.
 */
import { has, t } from '../i18n/index.js';
import { formatBytes, formatMs, formatStamp } from '../model/format.js';
import { define, h, wish } from './dom.js';
import { faultTitle } from './fault-words.js';
import { causeText } from './lane-words.js';

/** @typedef {import('../model/types.js').Observation} Observation */

const SHOWN = 200;
/** Lines that come faster than this nobody can read; each draws the list anew. */
const REDRAW_MS = 300;

export class LaneLog extends HTMLElement {
  #list = h('ol', { class: 'log-list' });
  /** @type {HTMLDetailsElement|null} */
  #details = null;
  #drawn = 0;
  /** @type {unknown} */
  #of = null;
  #begins = NaN;
  /** Until it may be drawn again. @type {ReturnType<typeof setTimeout>|0} */
  #waits = 0;
  /** @type {import('../model/lane.js').LaneModel|null} */
  #lane = null;

  connectedCallback() {
    if (this.#details) return;
    this.#details = h('details', { class: 'log', ontoggle: () => this.#lane && this.update(this.#lane) },
      h('summary', {}, t('log.title')), this.#list);
    this.append(this.#details);
  }

  /** @param {import('../model/lane.js').LaneModel} lane */
  update(lane) {
    this.#lane = lane;
    if (this.#of !== lane.log) this.#restart(lane);
    if (!this.#details?.open || this.#drawn === lane.log.total || this.#waits) return;
    this.#waits = setTimeout(() => {
      this.#waits = 0;
      if (this.#lane) this.update(this.#lane);
    }, REDRAW_MS);
    const fresh = Math.min(SHOWN, lane.log.total - this.#drawn);
    this.#drawn = lane.log.total;
    const rows = lane.log.newest(fresh).map((obs) => this.#row(obs));
    this.#list.prepend(...rows.reverse());
    while (this.#list.childElementCount > SHOWN) this.#list.lastElementChild?.remove();
  }

  /** @param {import('../model/lane.js').LaneModel} lane */
  #restart(lane) {
    this.#of = lane.log;
    this.#drawn = 0;
    this.#begins = NaN;
    this.#list.replaceChildren();
  }

  /** @param {Observation} obs */
  #row(obs) {
    if (Number.isNaN(this.#begins)) this.#begins = this.#lane?.log.newest(SHOWN)[0]?.at ?? obs.at;
    const arrow = obs.dir === 'up' ? '↑' : obs.dir === 'down' ? '↓' : '·';
    const bad = obs.kind === 'failed' || obs.kind === 'struck' || (obs.kind === 'closed' && obs.cause !== 'ended');
    return h('li', { class: 'log-row', 'data-kind': obs.kind, 'data-mood': bad ? 'bad' : undefined },
      h('time', {}, formatStamp(obs.at - this.#begins)), h('span', { class: 'log-arrow' }, arrow),
      h('span', { class: 'log-what' }, obs.kind === 'event' ? this.#look(obs) : describe(obs)),
      h('span', { class: 'log-encoding' }, obs.encoding ?? ''),
      h('span', { class: 'log-bytes' }, obs.bytes === undefined ? '' : formatBytes(obs.bytes)));
  }

  /** An event's line leads to its bytes. @param {Observation} obs */
  #look(obs) {
    return h('button', {
      type: 'button', class: 'log-look', title: t('microscope.look'), onclick: () => wish(this, 'look', { key: `#${obs.seq}` }),
    }, describe(obs));
  }
}

/**
 * One observation as a line of words.
 * @param {Observation} obs
 */
export function describe(obs) {
  const kind = t(`kind.${obs.kind}`);
  switch (obs.kind) {
    case 'event':
      return `${obs.type} #${obs.seq}`;
    case 'request':
      return `${obs.method} ${obs.cursor ? `after=${obs.cursor}` : 'after=earliest'}`;
    case 'response':
      return `${obs.status} · ${formatMs(obs.took)}`;
    case 'connecting':
      return `${kind} · ${t('log.attempt', { attempt: obs.attempt ?? 0 })} · ${obs.cursor ? `after=${obs.cursor}` : afterOf(obs)}`;
    case 'waiting':
      return [kind, causeText(obs.cause ?? ''), obs.wait === null ? t('log.browser-decides') : formatMs(obs.wait),
        t('log.attempt', { attempt: obs.attempt ?? 0 }), obs.cursor ?? ''].filter(Boolean).join(' · ');
    case 'failed':
    case 'closed':
      return [kind, obs.code, causeText(obs.cause ?? ''), obs.reason,
        obs.ready === undefined ? '' : `readyState ${obs.ready}`].filter(Boolean).join(' · ');
    case 'command':
      return `${kind} ${obs.command} (${obs.via})`;
    case 'ack':
      return `${kind} ${obs.command} · ${obs.ok ? 'ok' : obs.error} · ${formatMs(obs.took)}`;
    case 'gap':
      return `${kind} ${obs.from}–${obs.to}`;
    case 'replaced':
      return `${kind}${obs.by ? ` · ${obs.by}` : ''}`;
    case 'full':
      return [kind, obs.status ?? obs.code, obs.retry === undefined ? '' : formatMs(obs.retry)].filter(Boolean).join(' · ');
    case 'unknown-epoch':
      return `${kind} · ${obs.asked ?? ''} → ${obs.epoch}`;
    case 'hello':
      return `${kind} ${obs.epoch} · head ${obs.head}`;
    case 'thrown':
      return [kind, faultTitle(obs.fault ?? ''), ...Object.entries(obs.params ?? {}).map(([name, value]) => `${name} ${value}`)].join(' · ');
    case 'struck':
      return [kind, faultTitle(obs.fault ?? ''), has(`struck.${obs.what}`) ? t(`struck.${obs.what}`) : obs.what, obs.conn].filter(Boolean).join(' · ');
    case 'cleared':
      return [kind, faultTitle(obs.fault ?? ''), obs.why && has(`faults.why-${obs.why}`) ? t(`faults.why-${obs.why}`) : ''].filter(Boolean).join(' · ');
    case 'stop':
      return [kind, obs.status ?? obs.code, causeText(obs.cause ?? '')].filter(Boolean).join(' · ');
    default:
      return kind;
  }
}

/** @param {Observation} obs */
function afterOf(obs) {
  const after = /[?&]after=([^&]*)/.exec(obs.url ?? '')?.[1] ?? '';
  return `after=${after}`;
}

define('wb-lane-log', LaneLog);
