/*
 * The instrument doubts itself: every reason to distrust a run, as a name and values. Pure; words and remedies are in
 * the dictionaries under caveat.<name> and caveat.<name>.fix.
 */
import { uncertainty } from './clock.js';
import { covers, doubtsOf } from './faults.js';

/** @typedef {{caveat: string, values: Record<string, string|number>}} Caveat */

/**
 * @typedef {object} Circumstances
 * @property {import('./run.js').RunModel} run
 * @property {import('./faults.js').Thrown[]} throws
 * @property {(id: string) => boolean} mine   whether this page made that throw
 * @property {{id: string, n: number, transport: string, shared: boolean}[]} lanes
 * @property {string[]} differ    the switches in which lanes are not alike
 * @property {unknown[]} bench    what the server itself says of itself
 * @property {number} dropped     observations that did not fit into the record
 * @property {{hidden: number, late: number|null}} page  how long it was hidden, and how late its timer was, p95
 */

/** An event made so much later than due makes its delay a lie about the wire, ms. */
const PRODUCER_LATE = 100;
/** Delays of a wire on one machine are shorter than this, ms. */
const UNCERTAIN = 20;
/** A clock that is off so far is set wrong, ms. */
const FAR_OFF = 2000;
const PAGE_LATE = 100;
const HIDDEN = 500;

/**
 * @param {Circumstances} here
 * @returns {Caveat[]}
 */
export function caveatsOf(here) {
  const { differ, bench, lanes, dropped, run } = here;
  return [
    ...(differ.length > 0 ? [said('differ', { names: differ.join(', ') })] : []),
    ...bench.map(ofBench),
    ...(lanes.some((lane) => lane.shared) ? [said('shared', { lanes: numbers(lanes.filter((lane) => lane.shared)) })] : []),
    ...ofThrows(here),
    ...ofTime(run, lanes),
    ...ofPage(here),
    ...(dropped > 0 ? [said('dropped', { count: dropped })] : []),
    ...(run.lost > 0 ? [said('lost', { count: run.lost })] : []),
  ];
}

/**
 * @param {Circumstances} here
 * @returns {Caveat[]}
 */
function ofThrows({ throws, run, lanes, mine }) {
  const during = throws.filter((one) => (one.cleared === null || one.cleared >= run.begins) && !(one.thrown > run.ends + 1000)
    && (!Number.isNaN(run.begins) || one.cleared === null) && lanes.some((lane) => covers(one, lane)));
  return during.flatMap((one) => [
    ...(mine(one.id) ? [] : [said('foreign-fault', { fault: one.fault, scope: one.scope })]),
    ...doubtsOf(one).map(({ caveat, values }) => said(caveat, { fault: one.fault, ...plain(values) })),
  ]);
}

/**
 * @param {import('./run.js').RunModel} run
 * @param {{id: string, n: number}[]} lanes
 * @returns {Caveat[]}
 */
function ofTime(run, lanes) {
  const late = run.lateness.quantile(0.95);
  const clocks = lanes.flatMap(({ id, n }) => {
    const clock = run.lanes.get(id)?.clock;
    return clock ? [{ n, ...clock }] : [];
  });
  const unsure = clocks.filter((one) => uncertainty(one) > UNCERTAIN);
  const off = clocks.filter((one) => Math.abs(one.offset) > FAR_OFF);
  const slow = lanes.flatMap(({ id, n }) => {
    const told = run.lanes.get(id)?.doubts.get('late-timer');
    return told ? [{ n, late: Number(told.late ?? 0) }] : [];
  });
  return [
    ...(late !== null && late > PRODUCER_LATE ? [said('producer-late', { late: Math.round(late) })] : []),
    ...(unsure.length > 0 ? [said('clock-uncertain', { lanes: numbers(unsure), late: Math.round(Math.max(...unsure.map(uncertainty))) })] : []),
    ...(off.length > 0 ? [said('clock-offset', { lanes: numbers(off), late: Math.round(Math.max(...off.map((one) => Math.abs(one.offset)))) })] : []),
    ...(slow.length > 0 ? [said('late-timer', { lanes: numbers(slow), late: Math.round(Math.max(...slow.map((one) => one.late))) })] : []),
  ];
}

/**
 * @param {Circumstances} here
 * @returns {Caveat[]}
 */
function ofPage({ page }) {
  return [
    ...(page.hidden > HIDDEN ? [said('hidden', { late: Math.round(page.hidden) })] : []),
    ...(page.late !== null && page.late > PAGE_LATE ? [said('busy', { late: Math.round(page.late) })] : []),
  ];
}

/**
 * The server says most as a sentence.
 * @param {unknown} told
 * @returns {Caveat}
 */
function ofBench(told) {
  const { caveat, values } = /** @type {{caveat?: unknown, values?: Record<string, unknown>}} */ (Object(told));
  return typeof caveat === 'string' ? said(caveat, plain(values)) : said('bench', { text: String(told) });
}

/**
 * @param {string} caveat
 * @param {Record<string, string|number>} values
 * @returns {Caveat}
 */
function said(caveat, values) {
  return { caveat, values };
}

/**
 * @param {Record<string, unknown>|undefined} values
 * @returns {Record<string, string|number>}
 */
function plain(values) {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, typeof value === 'number' ? value : String(value)]));
}

/** @param {{n: number}[]} lanes */
function numbers(lanes) {
  return lanes.map(({ n }) => n).join(', ');
}
