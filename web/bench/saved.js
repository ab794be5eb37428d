/*
 * A saved record on the page: read from a file in slices, so that the page does not freeze, and played back by a clock of
 * the page's own. It asks nobody for anything; the live bench stays as it is beside it.
 */
import { WireLook } from '../model/wire-look.js';
import { Replay } from '../model/replay.js';
import { MOST_OF_FILE, RecordError, RecordReader } from '../model/saved-record.js';

/** @typedef {import('../model/saved-record.js').SavedRecord} SavedRecord */
/** @typedef {import('../model/saved-lanes.js').SavedLane} SavedLane */

/** So much of a file is read at a time: a slice takes a few milliseconds. */
const SLICE = 128 * 1024;
/** So long a frame's folding may take, ms. */
const WORK_MS = 8;
/** A tab that comes back from behind goes on where it was, ms. */
const LONGEST_FRAME = 250;
/** How fast it can be played. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];

/** A place on the page as a live lane has one, without a frame in it. */
export class SavedPlace {
  shared = false;
  reads = '';
  clock = null;
  frame = { alive: true, element: null };

  /**
   * @param {SavedLane} lane
   * @param {number} n
   */
  constructor({ id, name, transport, url, shown }, n) {
    this.n = n;
    this.id = id;
    this.name = name;
    this.transport = transport;
    this.origin = { id: 0, url, listening: true };
    /** What it was switched to, as its address says. @type {import('../model/types.js').LaneSettings} */
    this.own = { values: shown, changed: shown, sent: {}, shown };
  }
}

/** The microscope over the bytes of a record. */
class SavedLook extends WireLook {
  #saved;

  /** @param {Saved} saved */
  constructor(saved) {
    super();
    this.#saved = saved;
  }

  get scope() {
    return this.#saved.replay?.state.scope ?? null;
  }

  get tally() {
    return this.#saved.replay?.state.tally ?? null;
  }

  toggle() {
    this.open = !this.open && this.scope !== null;
  }

  listen() {
    this.open = this.scope !== null;
  }

  close() {
    this.open = false;
  }
}

export class Saved {
  /** What is shown; null for the live bench. @type {SavedRecord|null} */
  record = null;
  /** @type {Replay|null} */
  replay = null;
  /** @type {SavedPlace[]} */
  places = [];
  /** Which of its jobs. */
  job = '';
  /** The instant that is shown, by the server's clock. */
  time = NaN;
  playing = false;
  speed = 1;
  /** What is being read. @type {{name: string, part: number}|null} */
  reading = null;
  /** Why there is none. @type {{name: string, error: RecordError}|null} */
  failed = null;
  wire = new SavedLook(this);
  #onChange;
  #kinds;
  /** Each opening has a number: one that a later has overtaken stops. */
  #opening = 0;
  #frame = 0;
  #last = NaN;

  /**
   * @param {(rebuilt: boolean) => void} onChange  whether other lanes stand on the page
   * @param {() => import('../model/faults.js').FaultKind[]} kinds  what faults are called, as far as the bench has said so
   */
  constructor(onChange, kinds) {
    this.#onChange = onChange;
    this.#kinds = kinds;
  }

  get shown() {
    return this.record !== null;
  }

  /** Nothing moves, and what is shown is what is wanted. */
  get still() {
    return !this.playing && (this.replay?.settled ?? true);
  }

  /**
   * Opens a file that somebody chose or dropped.
   * @param {Blob} file
   * @param {string} name
   */
  async open(file, name) {
    const opening = (this.#opening += 1);
    this.failed = null;
    this.reading = { name, part: 0 };
    this.#onChange(false);
    try {
      const record = await this.#read(file, name, opening);
      if (record === null) return;
      this.record = record;
      this.show(record.jobs[0].job);
    } catch (error) {
      if (opening !== this.#opening) return;
      this.failed = { name, error: error instanceof RecordError ? error : new RecordError('unreadable', { reason: String(error) }) };
    } finally {
      if (opening === this.#opening) this.reading = null;
      this.#onChange(true);
    }
  }

  /** Shows the readers of one job, at the end of the record. @param {string} job */
  show(job) {
    const { record } = this;
    const found = record?.jobs.find((one) => one.job === job);
    if (!record || !found) return;
    this.#halt();
    this.job = job;
    this.wire.key = '';
    this.wire.close();
    this.places = found.shown.map((lane, index) => new SavedPlace(lane, index + 1));
    this.replay = new Replay(record, job, found.shown, this.#kinds());
    this.seek(this.replay.to);
    this.#onChange(true);
  }

  /** Back to the live bench. */
  close() {
    this.#opening += 1;
    this.#halt();
    Object.assign(this, { record: null, replay: null, places: [], reading: null, failed: null, time: NaN });
    this.wire.close();
    this.#onChange(true);
  }

  /**
   * There is nothing to be opened.
   * @param {string} name
   * @param {RecordError} error
   */
  fail(name, error) {
    this.failed = { name, error };
    this.#onChange(false);
  }

  /** What could not be opened is no news any more. */
  forgive() {
    this.failed = null;
    this.#onChange(false);
  }

  /** Plays on, from the beginning where it is at its end; or stops. */
  toggle() {
    if (!this.replay) return;
    this.playing = !this.playing;
    if (this.playing && this.time >= this.replay.to) this.seek(this.replay.from);
    this.#go();
    this.#onChange(false);
  }

  /** @param {number} t  by the server's clock */
  seek(t) {
    const { replay } = this;
    if (!replay) return;
    this.time = Math.min(replay.to, Math.max(replay.from, t));
    replay.seek(this.time);
    // What is there at once needs no second frame.
    replay.work(WORK_MS);
    this.#go();
    this.#onChange(false);
  }

  /** @param {number} speed  Infinity for all at once */
  setSpeed(speed) {
    this.speed = speed;
    this.#onChange(false);
  }

  /**
   * @param {Blob} file
   * @param {string} name
   * @param {number} opening
   */
  async #read(file, name, opening) {
    if (file.size > MOST_OF_FILE) throw new RecordError('too-big', { found: mebibytes(file.size), wanted: mebibytes(MOST_OF_FILE) });
    const reader = new RecordReader(name);
    const decoder = new TextDecoder();
    for (let at = 0; at < file.size; at += SLICE) {
      const bytes = await file.slice(at, at + SLICE).arrayBuffer();
      if (opening !== this.#opening) return null;
      reader.take(decoder.decode(bytes, { stream: true }));
      this.reading = { name, part: at / file.size };
      this.#onChange(false);
    }
    reader.take(decoder.decode());
    const steps = reader.ending();
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await new Promise((resolve) => void setTimeout(resolve));
      if (opening !== this.#opening) return null;
    }
  }

  #halt() {
    this.playing = false;
    this.#last = NaN;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #go() {
    if (this.#frame === 0 && !this.still) this.#frame = requestAnimationFrame((now) => this.#tick(now));
    if (this.still) this.#last = NaN;
  }

  /** @param {number} now */
  #tick(now) {
    this.#frame = 0;
    const { replay } = this;
    if (!replay) return;
    const took = Number.isNaN(this.#last) ? 0 : Math.min(LONGEST_FRAME, now - this.#last);
    this.#last = now;
    // Time stands still while the folds catch up: what is shown is never ahead of what has come.
    if (this.playing && replay.settled) {
      this.time = this.speed === Infinity ? replay.to : Math.min(replay.to, this.time + took * this.speed);
      replay.seek(this.time);
    }
    replay.work(WORK_MS);
    if (this.playing && replay.settled && this.time >= replay.to) this.playing = false;
    this.#go();
    this.#onChange(false);
  }
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}
