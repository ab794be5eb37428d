/*
 * What each lane can be switched to: the server's own table of parameters (GET
 * /api/transports), so that page and server cannot differ, and what the page's clients
 * add to it. Checks values as strictly as the server would.
 */
import { parseDuration } from './duration.js';

/**
 * @typedef {object} Param
 * @property {string} name
 * @property {'switch'|'choice'|'duration'|'number'|'text'} kind
 * @property {string[]} [values]
 * @property {string|number} [min]
 * @property {string|number} [max]
 * @property {boolean} [off]       a duration that can also be "off"
 * @property {string} [default]    '' or none: not sent
 * @property {boolean} [courtesy]  what a good server does unasked
 * @property {string} [pattern]
 * @property {boolean} [own]       the page's client obeys it, the server never hears of it
 */

/** @typedef {{name: string, params: Param[]}} TransportParams */

/** Where a lane stands and who it is: told by the page itself, not by its user. */
const PLUMBING = new Set(['after', 'lane', 'client', 'lastEventId']);

/** How long a client stays away that comes back; without it, back-off. @type {Param} */
const AGAIN = { name: 'again', kind: 'duration', min: '0ms', max: '1h', own: true };
const COMING_BACK = ['bare', 'restart', 'resume'];

/** Where requests that script makes carry the token. @type {Param} */
const TOKEN_BY = { name: 'token-by', kind: 'choice', values: ['query', 'header'], default: 'query', own: true };

/** What the page's clients do, of which the server knows nothing. @type {Record<string, Param[]>} */
const OWN = {
  polling: [
    { name: 'poll', kind: 'duration', min: '10ms', max: '10m', default: '500ms', own: true },
    { name: 'poll-timeout', kind: 'duration', min: '10ms', max: '10m', own: true },
    // A browser has six connections for an origin.
    { name: 'overlap', kind: 'number', min: 1, max: 6, default: '1', own: true },
    TOKEN_BY,
  ],
  'long-polling': [TOKEN_BY],
  websocket: [{ name: 'ws', kind: 'choice', values: COMING_BACK, default: 'bare', own: true }, AGAIN],
  'fetch-stream': [{ name: 'fetch', kind: 'choice', values: COMING_BACK, default: 'bare', own: true }, AGAIN, TOKEN_BY],
};

export class Switches {
  /** Whether the server has said what it takes; without it any name and value is let pass, for the server to judge. */
  known;
  /** @type {Map<string, Param[]>} */
  #params = new Map();

  /** @param {TransportParams[]|null} told the server's table */
  constructor(told) {
    this.known = told !== null;
    for (const name of Object.keys(OWN)) this.#params.set(name, OWN[name]);
    for (const { name, params } of told ?? []) {
      const theirs = params.filter((one) => typeof one === 'object' && !PLUMBING.has(one.name));
      this.#params.set(name, [...(OWN[name] ?? []), ...theirs]);
    }
  }

  /**
   * What a lane of this transport can be switched to.
   * @param {string} transport
   */
  of(transport) {
    return this.#params.get(transport) ?? [];
  }

  /**
   * @param {string} transport
   * @param {string} name
   */
  find(transport, name) {
    return this.of(transport).find((one) => one.name === name) ?? null;
  }

  /**
   * The switch of this name, of whichever transport takes it first.
   * @param {string} name
   */
  any(name) {
    for (const params of this.#params.values()) {
      const found = params.find((one) => one.name === name);
      if (found) return found;
    }
    return null;
  }

  /** The names of all switches. */
  get names() {
    return [...new Set([...this.#params.values()].flat().map((one) => one.name))];
  }

  /**
   * Whether this text is a value of it for at least one transport that takes it.
   * @param {string} name
   * @param {string} text
   */
  fitsSome(name, text) {
    return [...this.#params.values()].some((params) => params.some((one) => one.name === name && fits(one, text)));
  }
}

/**
 * @param {Param} param
 * @param {string} text
 */
export function fits(param, text) {
  switch (param.kind) {
    case 'switch':
    case 'choice':
      return (param.values ?? ['on', 'off']).includes(text);
    case 'duration':
      return (param.off === true && text === 'off') || within(param, parseDuration(text), parseDuration);
    case 'number':
      return /^(0|[1-9]\d{0,15})$/.test(text) && within(param, Number(text), Number);
    default:
      return param.pattern === undefined || new RegExp(param.pattern).test(text);
  }
}

/**
 * What a right value looks like, in words.
 * @param {Param} param
 */
export function wanted(param) {
  switch (param.kind) {
    case 'switch':
    case 'choice':
      return (param.values ?? ['on', 'off']).join(' | ');
    case 'duration':
      return `a duration with its unit, ${param.min ?? '0ms'} to ${param.max ?? '24h'}${param.off ? ', or off' : ''}`;
    case 'number':
      return `a whole number, ${param.min ?? 0} to ${param.max ?? Number.MAX_SAFE_INTEGER}`;
    default:
      return param.pattern ?? 'a text';
  }
}

/**
 * @param {Param} param
 * @param {number|null} value
 * @param {(text: any) => number|null} read
 */
function within(param, value, read) {
  if (value === null) return false;
  const [least, most] = [param.min, param.max].map((bound) => (bound === undefined ? null : read(bound)));
  return value >= (least ?? 0) && value <= (most ?? Infinity);
}
