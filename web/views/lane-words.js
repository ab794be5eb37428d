/*
 * Sentences about a lane, from its model: what its state is called, how it recovered,
 * what talking back cost. Text only; the card decides where it stands.
 */
import { has, t } from '../i18n/index.js';
import { asks } from '../model/asking.js';
import { uncertainty } from '../model/clock.js';
import { formatBytes, formatMs } from '../model/format.js';
import { faultTitle } from './fault-words.js';

/** @typedef {import('../model/lane.js').LaneModel} LaneModel */

const READY_NAMES = {
  sse: ['CONNECTING', 'OPEN', 'CLOSED'],
  websocket: ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'],
  polling: ['UNSENT', 'OPENED', 'HEADERS_RECEIVED', 'LOADING', 'DONE'],
  'long-polling': ['UNSENT', 'OPENED', 'HEADERS_RECEIVED', 'LOADING', 'DONE'],
};

/** @param {LaneModel} lane */
export function stateText(lane) {
  const { state, code, cause } = lane.machine;
  // Why it is not there says more than that it is not.
  if (has(`pill.${cause}`) && (state === 'waiting' || state === 'closed')) return t(`pill.${cause}`);
  const name = t(`state.${state}`);
  return state !== 'ended' && code ? `${name} ${code}` : name;
}

/** @param {LaneModel} lane */
export function readyText(lane) {
  const { state, ready, cause, code, asking, stopped, waits } = lane.machine;
  const parts = [];
  if (state === 'waiting' && cause === 'full') return waits === null ? t('lane.full') : t('lane.full-wait', { wait: formatMs(waits) });
  if (state === 'open' && asks(lane.transport)) parts.push(t(!asking ? 'lane.between-polls' : lane.transport === 'polling' ? 'lane.asking' : 'lane.held'));
  else if (state === 'open' && lane.transport === 'fetch-stream') parts.push(t('lane.streaming'));
  else if (ready !== null) {
    const names = READY_NAMES[/** @type {'sse'} */ (lane.transport)] ?? [];
    parts.push(`readyState ${ready} ${names[ready] ?? ''}`.trim());
  }
  if (code !== null) parts.push(t('lane.code', { code }));
  if (stopped !== null) parts.push(t('lane.told-to-stop', { status: stopped }));
  if (cause) parts.push(causeText(cause));
  return parts.join(' · ');
}

/**
 * What a lane is switched to, each as a few words.
 * @param {import('../model/types.js').LaneSettings} own
 */
export function switchChips({ shown }) {
  return Object.entries(shown).map(([name, value]) =>
    (name === 'encoding' || name === 'ws' || name === 'fetch') && has(`option.${value}`) ? t(`option.${value}`) : `${name} ${value}`);
}

/** @param {string} cause */
export function causeText(cause) {
  const key = `cause.${cause}`;
  const text = t(key);
  return text === key ? cause : text;
}

/** @param {LaneModel} lane */
export function delayText(lane) {
  const { delays, clock, ledger } = lane;
  if (ledger.delivered > 0 && delays.count * 2 < ledger.delivered) {
    return t('lane.timed', { timed: delays.count, all: ledger.delivered });
  }
  if (delays.count === 0) return '–';
  const known = clock ? uncertainty(clock) : 0;
  const said = (/** @type {number|null} */ value) => ((value ?? 0) < known ? `< ${formatMs(known)}` : formatMs(value));
  const numbers = `${said(delays.quantile(0.5))} / ${said(delays.quantile(0.99))}`;
  return clock ? `${numbers} ± ${formatMs(uncertainty(clock))}` : numbers;
}

/** @param {LaneModel} lane */
export function delayHint(lane) {
  const { delays, clock } = lane;
  const parts = [t(lane.transport === 'polling' ? 'hint.staleness' : 'hint.delay')];
  if (clock) parts.push(t('hint.offset', { offset: clock.offset.toFixed(1), rtt: clock.rtt.toFixed(1) }));
  if (delays.clamped > 0) parts.push(t('hint.clamped', { count: delays.clamped }));
  return parts.join(' ');
}

/** @param {LaneModel} lane */
export function recoveryText(lane) {
  const last = lane.recoveries.list.at(-1);
  if (!last) return t('recovery.none');
  const parts = [causeText(last.cause)];
  if (last.fault !== '') parts.unshift(faultTitle(last.fault));
  if (last.openedAt === null) {
    parts.push(t(awayKey(lane), { attempts: last.attempts }));
    return parts.join(' · ');
  }
  parts.push(t(last.browserDecides ? 'recovery.browser' : 'recovery.back', { wait: formatMs(last.openedAt - last.lostAt) }));
  if (last.attempts > 1) parts.push(t('recovery.attempts', { attempts: last.attempts }));
  parts.push(last.cursor ? t('recovery.cursor', { cursor: last.cursor }) : t('recovery.no-cursor'));
  if (last.replayed > 0) parts.push(t('recovery.replayed', { count: last.replayed }));
  if (lane.recoveries.list.length > 1) {
    parts.push(t('recovery.count', { count: lane.recoveries.list.length }));
    const away = lane.recoveries.list.reduce((sum, one) => sum + Math.max(0, (one.openedAt ?? one.lostAt) - one.lostAt), 0);
    parts.push(t('recovery.away-total', { time: formatMs(away) }));
  }
  return parts.join(' · ');
}

/** @param {LaneModel} lane */
export function talkText(lane) {
  const last = lane.commands.last;
  if (!last) return t('talk.none');
  const took = last.took === null ? '…' : formatMs(last.took);
  const parts = [t(`talk.${last.via}`, { command: t(`command.${last.command}`), bytes: formatBytes(last.bytes), took })];
  if (last.socketBytes !== null) parts.push(t('talk.socket', { bytes: formatBytes(last.socketBytes) }));
  if (last.ok === false) parts.push(t('talk.refused', { error: last.error }));
  return parts.join(' · ');
}

/** @param {LaneModel} lane */
export function socketText(lane) {
  const { socket } = lane;
  return socket ? `↓ ${formatBytes(socket.out)}   ↑ ${formatBytes(socket.in)}` : '–';
}

/** @param {LaneModel} lane */
export function overheadText(lane) {
  const { socket, payloadBytes, ledger } = lane;
  if (!socket || ledger.delivered === 0) return '–';
  const over = socket.out + socket.in - payloadBytes;
  // The server's totals come in steps; events may run ahead of them for a moment. After the end it is no moment:
  // compression saved that much.
  if (over < 0 && !['ended', 'closed'].includes(lane.machine.state)) return '…';
  const sign = over < 0 ? '−' : '';
  return t('lane.overhead-value', {
    bytes: sign + formatBytes(Math.abs(over)), per: sign + formatBytes(Math.round(Math.abs(over) / ledger.delivered)),
  });
}

/** @param {LaneModel} lane */
function awayKey(lane) {
  const { state, cause } = lane.machine;
  if (state === 'waiting' || state === 'connecting') return 'recovery.trying';
  return lane.resumes || ['hand', 'next-run', 'closed'].includes(cause) ? 'recovery.away' : 'recovery.bare';
}
