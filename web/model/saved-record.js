/*
 * Reads a saved record (docs/reference/record.md) as it comes in pieces of text: its lines, its lanes, when each line came,
 * and what is wrong with it. The same lines are passed over, and the same is said of them, as in a report (src/measure).
 */
import { ofRecord } from './saved-caveats.js';
import { apartOf, headerOf, jobsOf, lanesOf } from './saved-lanes.js';
import { timesOf } from './saved-times.js';

/** @typedef {import('./types.js').Observation} Observation */
/** @typedef {{line: number, reason: string}} BadLine */
/** @typedef {import('./saved-lanes.js').SavedLane} SavedLane */

/**
 * @typedef {object} SavedRecord
 * @property {string} name              the file's
 * @property {Observation[]} list       the good lines, in their order
 * @property {Float64Array} times       when each came, by the server's clock; never falling
 * @property {number} lines             how many there are, the bad ones among them
 * @property {BadLine[]} bad
 * @property {import('./saved-lanes.js').Header|null} header
 * @property {{job: string, lanes: SavedLane[], shown: SavedLane[]}[]} jobs  the lanes by what they read, and those there is room for
 * @property {boolean} apart            each reader has a log of its own
 * @property {boolean} holdsBytes       what crossed the sockets is in it
 * @property {import('./caveats.js').Caveat[]} caveats
 */

/** The version of the record that is read here. */
const VERSION = 1;
/** Who has not a single line of a record by then is none. */
const LOOKED_AT = 50;
/** A line longer than this is no line of a record: what crossed a socket in one piece is far less. */
const LONGEST = 32 * 1024 * 1024;
/** A record with all the bytes that one holds by default, and its other lines. */
export const MOST_OF_FILE = 160 * 1024 * 1024;

/** What kind of value a field must have, where it is there at all. Those that may be either are left out. */
const NUMBERS = ['at', 'seq', 'payload', 'attempt', 'ready', 'status', 'took', 'from', 'to', 'head', 'earliest', 'wire', 'code', 'wait', 'connections', 'open', 'requests',
  'in', 'out', 'offset', 'rtt', 'samples', 'max', 'retry', 'skipped', 'due', 'struck', 'lines', 'percent', 'missed'];
const TEXTS = ['kind', 'clock', 'lane', 'transport', 'conn', 'job', 'type', 'cursor', 'url', 'method', 'path', 'as', 'epoch', 'after', 'id', 'command', 'via', 'cause',
  'reason', 'text', 'fault', 'scope', 'lasts', 'what', 'caveat', 'encoding', 'dir'];
/** @type {Map<string, 'number'|'string'>} */
const SORTS = new Map([...NUMBERS.map((name) => /** @type {const} */ ([name, 'number'])), ...TEXTS.map((name) => /** @type {const} */ ([name, 'string']))]);

/** Why a file cannot be shown: words are in the dictionaries under saved.error.<code>. */
export class RecordError extends Error {
  /**
   * @param {'empty'|'no-record'|'version'|'too-big'|'no-lanes'|'no-run'|'unreadable'} code
   * @param {Record<string, string|number>} [values]
   */
  constructor(code, values = {}) {
    super(`record: ${code}`);
    this.code = code;
    this.values = values;
  }
}

export class RecordReader {
  /** @type {Observation[]} */
  #list = [];
  /** @type {BadLine[]} */
  #bad = [];
  #lines = 0;
  #rest = '';
  /** The version that a line says and that is not read here. */
  #version = NaN;
  /** The last line is no whole one. */
  #brokenOff = false;
  #name;

  /** @param {string} name the file's */
  constructor(name) {
    this.#name = name;
  }

  /** @param {string} text  what comes next of the file */
  take(text) {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() ?? '';
    for (const line of parts) this.#line(line);
    if (this.#rest.length > LONGEST) this.#line(this.#rest.slice(0, 200));
    if (this.#list.length === 0 && (this.#bad.length >= LOOKED_AT || this.#rest.length > LONGEST)) throw this.#none();
  }

  /** All has come. @returns {SavedRecord} */
  end() {
    const steps = this.ending();
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /** The same in steps, each once through the lines: of a long record a page may breathe between them. @returns {Generator<void, SavedRecord>} */
  * ending() {
    if (this.#rest !== '') this.#line(this.#rest);
    this.#rest = '';
    if (this.#list.length === 0) throw this.#none();
    const list = this.#list;
    const header = headerOf(list);
    const jobs = jobsOf(lanesOf(list, header), header);
    yield;
    if (jobs.length === 0) throw new RecordError('no-lanes', { lines: this.#lines });
    const times = timesOf(list);
    yield;
    const caveats = ofRecord({ list, header, bad: this.#bad, lines: this.#lines, brokenOff: this.#brokenOff });
    yield;
    const holdsBytes = list.some(({ kind }) => kind === 'bytes');
    return { name: this.#name, list, times, lines: this.#lines, bad: this.#bad, header, jobs, apart: apartOf(header), holdsBytes, caveats };
  }

  /** @param {string} text */
  #line(text) {
    this.#lines += 1;
    if (text.trim() === '') return;
    this.#brokenOff = false;
    const { obs, reason, version } = parsed(text);
    if (obs) return void this.#list.push(obs);
    this.#bad.push({ line: this.#lines, reason });
    if (version !== undefined) this.#version = version;
    else this.#brokenOff = true;
  }

  /** There is not one line of a record in it. */
  #none() {
    const [first] = this.#bad;
    if (!first) return new RecordError('empty');
    if (!Number.isNaN(this.#version)) return new RecordError('version', { found: this.#version, line: first.line, wanted: VERSION });
    return new RecordError('no-record', { line: first.line, reason: first.reason });
  }
}

/**
 * @param {string} text
 * @returns {{obs: Observation|null, reason: string, version?: number}}
 */
function parsed(text) {
  /** @type {any} */
  let obs;
  try {
    obs = JSON.parse(text);
  } catch (error) {
    return { obs: null, reason: error instanceof Error ? error.message : String(error) };
  }
  if (typeof obs !== 'object' || obs === null || Array.isArray(obs)) return { obs: null, reason: 'wanted an object' };
  if (typeof obs.v === 'number' && obs.v !== VERSION) return { obs: null, reason: `version ${obs.v}, and this page reads ${VERSION}`, version: obs.v };
  const wrong = mistakeIn(obs);
  return wrong ? { obs: null, reason: wrong } : { obs, reason: '' };
}

/**
 * What is wrong with a line; '' where nothing is. An unknown kind or field of a later program is no mistake.
 * @param {Record<string, unknown>} obs
 */
function mistakeIn(obs) {
  if (obs.v !== VERSION) return 'no v';
  if (typeof obs.kind !== 'string') return 'no kind';
  if (typeof obs.at !== 'number') return 'no at';
  if (obs.clock !== 'server' && obs.clock !== 'lane') return 'wanted a clock, server or lane';
  for (const name in obs) {
    const sort = SORTS.get(name);
    if (sort !== undefined && obs[name] !== null && typeof obs[name] !== sort) return `${name}: wanted a ${sort}, found ${JSON.stringify(obs[name]).slice(0, 40)}`;
  }
  if ('seq' in obs && !(Number.isSafeInteger(obs.seq) && Number(obs.seq) >= 0)) return 'seq: wanted a whole number';
  const bytes = obs.kind === 'bytes' ? 'string' : 'number';
  return obs.bytes === undefined || obs.bytes === null || typeof obs.bytes === bytes ? '' : `bytes: wanted a ${bytes}`;
}
