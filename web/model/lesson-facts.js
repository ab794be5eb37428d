/*
 * Which answer of a lesson a run gives: what was measured of its lanes, held against the tables of the lesson's answers.
 * Nothing is known beforehand, so what is told is what happened, in whatever browser it happened.
 */
import { formatBytes, formatMs } from './format.js';

/** @typedef {import('../lessons/types.js').Answer} Answer */
/** @typedef {import('../lessons/types.js').Bet} Bet */
/** @typedef {import('../lessons/types.js').Wanted} Wanted */
/** @typedef {number|string|boolean|null|unknown[]|{least: number, greatest: number}} Measured */
/** @typedef {Record<string, Measured>} Measures */
/**
 * @typedef {object} Facts
 * @property {Map<string, Measures[]>} lanes  of each lane by its name in the scenario: the measures of its readers
 * @property {{text: string, remedy: string}[]} caveats
 * @property {string} problem                 why the run did not come to its end; empty where it did
 */

/** What there may be one of, in English. */
const COUNTED = new Set(['request', 'error', 'error event', 'event', 'connection', 'piece', 'attempt', 'time']);
const BYTES = new Set(['bytes-down', 'bytes-up', 'payload', 'bytes-per-event']);

/**
 * The facts of a report.
 * @param {any} told  that of `?format=json`: the reports of some records, here of one
 * @returns {Facts}
 */
export function factsOf(told) {
  const report = told?.reports?.[0];
  /** @type {Map<string, Measures[]>} */
  const lanes = new Map();
  for (const { name, measures } of report?.lanes ?? []) lanes.set(name, [...(lanes.get(name) ?? []), measures]);
  const caveats = (report?.caveats ?? []).map((/** @type {any} */ one) => ({ text: one.text || one.name || '', remedy: one.remedy ?? '' }));
  // `until` is an end like any other: some scenarios have no other one.
  const whole = report?.end === 'ended' && !['interrupted', 'failed'].includes(report.why);
  return { lanes, caveats, problem: whole ? '' : report?.why || report?.end || 'no report' };
}

/**
 * The name of the answer that was measured, or null where none of them was.
 * @param {Bet} bet
 * @param {Facts} facts
 */
export function measured(bet, facts) {
  if (bet.lanes.some((name) => !facts.lanes.has(name))) return null;
  const readers = readersOf(bet, facts);
  return bet.answers.find((answer) => isRight(answer, readers, facts))?.answer ?? null;
}

/**
 * A text with its blanks filled in: `{measure}` of the bet's lanes, `{lane.measure}` of another's.
 * @param {string} text
 * @param {Bet} bet
 * @param {Facts} facts
 */
export function filled(text, bet, facts) {
  const whole = text.replace(/\{(?:([a-z0-9-]+)\.)?([a-z-]+)\}/g, (_, lane, measure) => {
    const readers = lane === undefined ? readersOf(bet, facts) : facts.lanes.get(lane) ?? [];
    return shown(measure, readers.map((one) => one[measure] ?? null));
  });
  return whole.replace(/(?<![\d.,]|– )1 (error event|[a-z]+?)s\b/g, (all, noun) => (COUNTED.has(noun) ? `1 ${noun}` : all));
}

/** @param {Bet} bet @param {Facts} facts */
function readersOf({ lanes }, facts) {
  return lanes.flatMap((name) => facts.lanes.get(name) ?? []);
}

/**
 * @param {Answer} answer
 * @param {Measures[]} readers
 * @param {Facts} facts
 */
function isRight({ when, readers: share, spread = {} }, readers, facts) {
  const meet = readers.filter((one) => Object.entries(when).every(([name, wanted]) => isMet(one[name] ?? null, wanted, name, facts))).length;
  if (share ? meet < share.min || meet > share.max : meet < readers.length) return false;
  return Object.entries(spread).every(([name, { min = 0, max = Infinity }]) => {
    const all = readers.map((one) => range(one[name] ?? null));
    if (all.some((one) => one === null)) return false;
    const known = /** @type {{least: number, greatest: number}[]} */ (all);
    const apart = Math.max(...known.map((one) => one.greatest)) - Math.min(...known.map((one) => one.least));
    return apart >= min && apart <= max;
  });
}

/**
 * @param {Measured} found
 * @param {Wanted} wanted
 * @param {string} measure
 * @param {Facts} facts
 */
function isMet(found, wanted, measure, facts) {
  if (wanted === null || typeof wanted !== 'object') return found === wanted;
  const span = range(found);
  if (span === null) return false;
  const { min = -Infinity, max = Infinity, above, below, times = 1 } = wanted;
  const other = (/** @type {string} */ lane) => (facts.lanes.get(lane) ?? []).map((one) => range(one[measure] ?? null));
  const within = span.least >= min && span.greatest <= max;
  return within
    && (above === undefined || compares(other(above), (one) => span.least > one.greatest * times))
    && (below === undefined || compares(other(below), (one) => span.greatest < one.least * times));
}

/**
 * Whether it holds for each of them; what was not measured is no match for anything.
 * @param {({least: number, greatest: number}|null)[]} others
 * @param {(one: {least: number, greatest: number}) => boolean} holds
 */
function compares(others, holds) {
  return others.length > 0 && others.every((one) => one !== null && holds(one));
}

/** @param {Measured} found @returns {{least: number, greatest: number}|null} */
function range(found) {
  if (typeof found === 'number') return { least: found, greatest: found };
  return found !== null && typeof found === 'object' && 'least' in found ? found : null;
}

/**
 * One value as people read it, of several the least and the greatest.
 * @param {string} measure
 * @param {Measured[]} all
 */
function shown(measure, all) {
  const spans = all.map(range).filter((one) => one !== null);
  if (spans.length === 0) return [...new Set(all.filter((one) => one !== null).map(String))].join(', ') || '–';
  const isTime = all.some((one) => typeof one === 'object' && one !== null);
  const format = (/** @type {number} */ value) => (isTime ? formatMs(value) : BYTES.has(measure) ? formatBytes(value) : String(value));
  const [least, greatest] = [Math.min(...spans.map((one) => one.least)), Math.max(...spans.map((one) => one.greatest))];
  return format(least) === format(greatest) ? format(least) : `${format(least)} – ${format(greatest)}`;
}
