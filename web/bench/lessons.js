/*
 * The lesson that is taught: which one, where it is, and the run that it is about. What is asked and how it is scored is the
 * model's (lesson.js); who plays is the Player. Draws nothing; until a lesson is opened, it does nothing.
 */
import { LESSONS } from '../lessons/index.js';
import * as model from '../model/lesson.js';
import { keep, kept } from './kept.js';

/** @typedef {import('../model/lesson.js').LessonState} LessonState */

/** Bets that were not run yet: a reload, or a look at another lesson, does not lose them. */
const KEY = 'wirebench-bets';

export class Lessons {
  open = false;
  /** The name that was asked for; '' shows the list. */
  chosen = '';
  /** @type {LessonState|null} */
  state = null;
  /** How many bets are told: a teacher tells them one by one. */
  told = 0;
  #player;
  #byOne;

  /**
   * @param {import('./player.js').Player} player
   * @param {() => boolean} byOne  whether bets are told one by one
   */
  constructor(player, byOne) {
    this.#player = player;
    this.#byOne = byOne;
  }

  get list() {
    return LESSONS;
  }

  /** Where the lesson stands in the list, from 1; 0 for none. */
  get number() {
    return LESSONS.findIndex((one) => one.name === this.chosen) + 1;
  }

  /** Which transport each lane of the lesson's scenario has, by its name there. @returns {ReadonlyMap<string, string>} */
  get transports() {
    const scenario = this.#player.list?.find((one) => one.scenario === this.state?.lesson.scenario);
    return new Map(scenario?.lanes.map(({ name, transport }) => [name, transport]));
  }

  /** Whether answers are still to be told. */
  get holdsBack() {
    return this.state?.phase === 'reveal' && this.told < this.state.lesson.bets.length;
  }

  /** @param {string} name  '' for the list; one that is not there is said to be unknown */
  choose(name) {
    this.chosen = name;
    const lesson = LESSONS.find((one) => one.name === name);
    this.state = lesson ? model.begin(lesson) : null;
    for (const [bet, answer] of Object.entries(kept(KEY)?.[name] ?? {})) this.#bet(bet, String(answer));
    this.told = 0;
  }

  /** The lesson before (-1) or behind (1) this one, or null. @param {number} by */
  beside(by) {
    return this.number === 0 ? null : LESSONS[this.number - 1 + by]?.name ?? null;
  }

  /** @param {string} bet @param {string} answer */
  place(bet, answer) {
    this.#bet(bet, answer);
    this.#keep(this.state ? Object.fromEntries(this.state.bets) : {});
  }

  /** @param {string} bet @param {string} answer */
  #bet(bet, answer) {
    if (this.state) this.state = model.place(this.state, bet, answer);
  }

  /** @param {Record<string, string>} bets */
  #keep(bets) {
    keep(KEY, { ...kept(KEY), [this.chosen]: bets });
  }

  /** @param {string} knob @param {number} value */
  turn(knob, value) {
    if (this.state) this.state = model.turn(this.state, knob, value);
  }

  explore() {
    if (this.state) this.state = model.explore(this.state);
  }

  /** Plays the lesson's scenario, as its knobs stand. */
  async play() {
    const { state } = this;
    if (!state || this.#player.busy) return;
    const { scenario, settings } = model.runOf(state);
    this.state = model.run(state);
    await this.#player.play(scenario, settings);
    this.follow();
  }

  /** The player has something new; whether the lesson has, too. */
  follow() {
    const { state } = this;
    const { phase, judged, problem, run } = this.#player;
    // It is over when its report is there, or when it is known why there is none.
    if (state?.phase !== 'run' || (phase === 'ended' && !judged && !problem)) return false;
    if (phase !== 'ended' && phase !== 'none') return false;
    const next = model.ended(state, phase === 'ended' ? run?.report : null);
    this.state = next.problem && problem ? { ...next, problem } : next;
    if (next.phase === 'reveal') {
      this.told = this.#byOne() ? 0 : state.lesson.bets.length;
      // Taught from its beginning, it is bet on anew.
      this.#keep({});
    }
    return true;
  }

  /** The next answer is told. */
  tell() {
    this.told += 1;
  }

  /** All answers are told. */
  tellAll() {
    this.told = this.state?.lesson.bets.length ?? 0;
  }
}
