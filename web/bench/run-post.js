/*
 * Takes what the lanes of a scenario's run see to the bench: in small batches, in order, one request at a time, tried
 * again where the bench does not answer. While nothing is seen it still says that the page is there.
 */

/** Lines wait no longer than this, ms. */
const BATCH_MS = 80;
/** The bench takes a page that says nothing for 10 s for gone, ms. */
const BEAT_MS = 1500;
const AGAIN_MS = 250;
/** So long a bench may not answer before the run is given up, ms. */
const PATIENCE_MS = 8000;
const BATCH_LINES = 2000;
/** More than this nobody keeps for a bench that is away. */
const MOST = 50_000;

/** @typedef {import('../model/types.js').Observation} Observation */
/** @typedef {(lines: string, last: boolean) => Promise<unknown>} Post  rejects with a `status` where the bench has answered */

export class RunPost {
  /** Lines that never reached the bench. */
  lost = 0;
  #post;
  #onFailure;
  #now;
  /** @type {string[]} */
  #waiting = [];
  #sending = false;
  /** What is lost is told once there is room again. */
  #untold = 0;
  #last = false;
  #done = false;
  /** When the bench first did not answer; NaN while it does. */
  #since = NaN;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** It is lines that are waited with, not a beat. */
  #soon = false;
  /** @type {(() => void)[]} */
  #ended = [];

  /**
   * @param {Post} post
   * @param {(error: unknown) => void} onFailure  the run cannot go on
   * @param {() => number} now
   */
  constructor(post, onFailure, now = () => performance.timeOrigin + performance.now()) {
    this.#post = post;
    this.#onFailure = onFailure;
    this.#now = now;
  }

  /** The first request says that the page is there. */
  begin() {
    return this.#send();
  }

  /** @param {Observation} obs */
  add(obs) {
    if (this.#last || this.#done) return;
    if (this.#waiting.length >= MOST) {
      this.lost += 1;
      this.#untold += 1;
      return;
    }
    this.#waiting.push(JSON.stringify(obs));
    this.#later(BATCH_MS, true);
  }

  /** Nothing comes any more: resolves when all is with the bench, or cannot be. @returns {Promise<void>} */
  end() {
    this.#last = true;
    return new Promise((resolve) => {
      if (this.#done) return resolve();
      this.#ended.push(resolve);
      void this.#send();
    });
  }

  /** Says nothing any more: the bench notices by that. */
  abandon() {
    this.#finish();
  }

  async #send() {
    if (this.#sending || this.#done) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending = true;
    this.#tellLoss();
    const batch = this.#waiting.slice(0, BATCH_LINES);
    const last = this.#last && batch.length === this.#waiting.length;
    const failed = await this.#try(batch, last);
    this.#sending = false;
    if (this.#done) return;
    if (failed) return this.#failed(failed.error, batch);
    this.#since = NaN;
    this.#waiting.splice(0, batch.length);
    if (last) return this.#finish();
    if (this.#last || this.#waiting.length >= BATCH_LINES) return void this.#send();
    this.#later(this.#waiting.length > 0 ? BATCH_MS : BEAT_MS);
  }

  /** @param {string[]} batch @param {boolean} last @returns {Promise<{error: any}|null>} */
  async #try(batch, last) {
    try {
      await this.#post(batch.map((line) => `${line}\n`).join(''), last);
      return null;
    } catch (error) {
      return { error };
    }
  }

  /**
   * @param {any} error
   * @param {string[]} batch
   */
  #failed(error, batch) {
    // A line that the bench does not understand must not keep the others from it.
    const bad = error?.status === 400 ? Number(/line (\d+)/.exec(error.parts?.where ?? '')?.[1] ?? 0) : 0;
    if (bad >= 1 && bad <= batch.length) {
      this.#waiting.splice(bad - 1, 1);
      this.lost += 1;
      this.#untold += 1;
      return void this.#send();
    }
    if (!(this.#since <= this.#now())) this.#since = this.#now();
    const refused = error?.status >= 400 && error.status < 500;
    if (refused || this.#now() - this.#since > PATIENCE_MS) {
      this.#finish();
      this.#onFailure(error);
    } else this.#later(AGAIN_MS);
  }

  #tellLoss() {
    const [first] = this.#waiting;
    if (this.#untold === 0 || first === undefined) return;
    const { lane, transport } = JSON.parse(first);
    const values = { lines: this.#untold };
    this.#untold = 0;
    this.#waiting.push(JSON.stringify({ v: 1, kind: 'caveat', at: this.#now(), clock: 'lane', lane, transport, caveat: 'lines-lost', values }));
  }

  /**
   * @param {number} wait
   * @param {boolean} [sooner]  before a beat that is due later
   */
  #later(wait, sooner = false) {
    if (this.#sending || (sooner && this.#timer !== undefined && this.#soon)) return;
    clearTimeout(this.#timer);
    this.#soon = wait < BEAT_MS;
    this.#timer = setTimeout(() => void this.#send(), wait);
  }

  #finish() {
    this.#done = true;
    clearTimeout(this.#timer);
    for (const resolve of this.#ended.splice(0)) resolve();
  }
}
