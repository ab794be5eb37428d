/*
 * What the faults panel is set to, as the address writes it:
 * "cut(how=fin;scope=transport:sse;lasts=3s)". Parsed strictly. `lane:2` and
 * `connection:2` mean the second lane of this page and the newest connection of it; what
 * they are called in a run is known when the throw is made.
 */
import { parseDuration } from './duration.js';
import { cutScope } from './faults.js';
import { MOST_LANES, TRANSPORT_NAMES } from './lane-list.js';
import { fits, wanted } from './switches.js';

/** @typedef {import('./faults.js').FaultKind} FaultKind */
/** @typedef {import('./faults.js').Faults} Faults */

/**
 * @typedef {object} Choice
 * @property {string} fault
 * @property {Record<string, string>} params  where they are not the default
 * @property {string} scope
 * @property {string} lasts   '' as it usually lasts
 */

export const FAULT_FORM = 'a fault, and in brackets what it is set to: cut(how=fin;scope=transport:sse;lasts=3s)';
const LONGEST = 2000;
const LEAST_TIME = 1;
const MOST_TIME = 3_600_000;

/**
 * @param {string} text
 * @returns {Choice|null} null where it cannot be read
 */
export function readChoice(text) {
  const match = text.length <= LONGEST ? /^([a-z][a-z-]{0,39})(?:\(([^()]*)\))?$/.exec(text) : null;
  if (!match) return null;
  /** @type {Choice} */
  const choice = { fault: match[1], params: {}, scope: 'all', lasts: '' };
  const seen = new Set();
  for (const one of match[2] ? match[2].split(';') : []) {
    const pair = /^([a-z][a-z-]{0,39})=([^=;()]*)$/.exec(one);
    const value = pair && decoded(pair[2]);
    if (!pair || value === null || seen.has(pair[1])) return null;
    seen.add(pair[1]);
    if (pair[1] === 'scope') choice.scope = value;
    else if (pair[1] === 'lasts') choice.lasts = value;
    else choice.params[pair[1]] = value;
  }
  return fitsScope(choice.scope) && (choice.lasts === '' || fitsLasts(choice.lasts)) ? choice : null;
}

/**
 * @param {Choice} choice
 */
export function writeChoice({ fault, params, scope, lasts }) {
  const parts = Object.entries(params).map(([name, value]) => `${name}=${encoded(value)}`);
  if (scope !== 'all') parts.push(`scope=${encoded(scope)}`);
  if (lasts !== '') parts.push(`lasts=${lasts}`);
  return parts.length === 0 ? fault : `${fault}(${parts.join(';')})`;
}

/**
 * What does not go with the server's list, as mistakes of the address.
 * @param {string} text
 * @param {Faults|null} faults
 * @returns {import('./lane-list.js').Mistake[]}
 */
export function checkChoice(text, faults) {
  if (text === '') return [];
  const choice = readChoice(text);
  if (!choice) return [{ name: 'fault', wanted: FAULT_FORM, found: text }];
  if (!faults?.known) return [];
  const kind = faults.find(choice.fault);
  if (!kind) return [{ name: 'fault', wanted: faults.kinds.map((one) => one.name).join(' | '), found: choice.fault }];
  const mistakes = Object.entries(choice.params).flatMap(([name, value]) => {
    const param = kind.params.find((one) => one.name === name);
    const where = `fault: ${kind.name}`;
    if (!param) return [{ name: where, wanted: [...kind.params.map((one) => one.name), 'scope', 'lasts'].join(' | '), found: name }];
    return fits(param, value) ? [] : [{ name: `${where}, ${name}`, wanted: wanted(param), found: value }];
  });
  const [scope] = cutScope(choice.scope);
  if (!kind.scopes.includes(scope)) mistakes.push({ name: `fault: ${kind.name}, scope`, wanted: kind.scopes.join(' | '), found: choice.scope });
  if (choice.lasts !== '' && !mayLast(kind, choice.lasts)) {
    mistakes.push({ name: `fault: ${kind.name}, lasts`, wanted: lastings(kind).join(' | '), found: choice.lasts });
  }
  return mistakes;
}

/**
 * The body of POST /api/faults.
 * @param {Choice} choice
 * @param {string} scope  as the server knows it
 */
export function throwBody({ fault, params, lasts }, scope) {
  return { fault, ...params, scope, ...(lasts === '' ? {} : { lasts }) };
}

/**
 * How a fault may last: `once`, `time` (a duration of one's own), `until-cleared`.
 * @param {FaultKind} kind
 */
export function lastings(kind) {
  return /** @type {const} */ (['once', 'time', 'until-cleared']).filter((one) => kind.lasts[one]);
}

/**
 * @param {FaultKind} kind
 * @param {string} text
 */
export function mayLast(kind, text) {
  if (text === 'once' || text === 'until-cleared') return kind.lasts[text];
  return kind.lasts.time && fitsTime(text);
}

/** @param {string} text */
export function fitsTime(text) {
  const time = parseDuration(text);
  return time !== null && time >= LEAST_TIME && time <= MOST_TIME;
}

/** @param {string} text */
function fitsLasts(text) {
  return text === 'once' || text === 'until-cleared' || fitsTime(text);
}

/** @param {string} text */
function fitsScope(text) {
  const [kind, name] = cutScope(text);
  if (kind === 'all') return text === 'all';
  if (kind === 'transport') return TRANSPORT_NAMES.includes(name);
  return (kind === 'lane' || kind === 'connection') && /^[1-9]$/.test(name) && Number(name) <= MOST_LANES;
}

/** What would end a value too early is written as in a URL. @param {string} text */
function encoded(text) {
  return text.replace(/[%;()=]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
