/*
 * Grants what the views wish for: one method an action. The only place where a click
 * becomes a change of settings, an order to a lane or a request to the bench.
 */
import { setLanguage, t } from '../i18n/index.js';
import { SPECS, formatSettings, parseSettings, typed } from '../model/settings.js';
import { switchOrigin } from './api.js';
import { setTheme } from './theme.js';

/** @typedef {{action: string, [detail: string]: any}} Wish */

/** Settings that change what stands on the page, not only what the next run is told. */
const REBUILD = new Set(['lang', 'theme', 'source', 'ws', 'encoding']);

export class Wishes {
  #page;
  #stage;
  #conductor;
  #screen;
  #changed;

  /**
   * @param {import('../app.js').Page} page
   * @param {import('./stage.js').Stage} stage
   * @param {import('./conductor.js').Conductor} conductor
   * @param {import('../views/screen.js').Screen} screen
   * @param {() => void} changed
   */
  constructor(page, stage, conductor, screen, changed) {
    this.#page = page;
    this.#stage = stage;
    this.#conductor = conductor;
    this.#screen = screen;
    this.#changed = changed;
  }

  /** @param {Wish} wish */
  async grant(wish) {
    const granted = this.#actions[wish.action];
    if (!granted) throw new RangeError(`nobody grants "${wish.action}"`);
    const { error: before } = this.#page;
    try {
      await granted(wish);
      // What went wrong before is over once something goes right.
      if (this.#page.error === before) this.#page.error = '';
    } catch (error) {
      this.#page.error = error instanceof Error ? error.message : String(error);
    }
    this.#changed();
  }

  /** @type {Record<string, (wish: Wish) => unknown>} */
  #actions = {
    run: () => this.#run(this.#page.settings),
    // The address stays what it is: it says how to repeat the run, not which one it was.
    join: ({ job }) => this.#run({ ...this.#page.settings, job }),
    set: ({ name, value }) => this.#set(name, value),
    settings: () => this.#toggleSettings(),
    record: () => this.#download(),
    dismiss: () => (this.#page.error = ''),
    'reset-mistakes': () => this.#forgive(),
    'job-start': () => this.#conductor.command({ command: 'start' }),
    'job-pause': () => this.#conductor.command({ command: 'pause' }),
    'job-resume': () => this.#conductor.command({ command: 'resume' }),
    'job-cancel': () => this.#conductor.command({ command: 'cancel' }),
    'job-speed': ({ factor }) => this.#conductor.command({ command: 'speed', factor }),
    'add-lane': ({ transport }) => transport && this.#setLanes([...this.#page.settings.lanes, transport]),
    'remove-lane': ({ index }) => this.#removeLane(index),
    connect: ({ n }) => this.#connect(n),
    disconnect: ({ n }) => this.#stage.find(n)?.frame.tell({ type: 'disconnect', cause: 'hand' }),
    'lane-pause': ({ n }) => this.#command(n, 'pause'),
    'lane-resume': ({ n }) => this.#command(n, 'resume'),
    'lane-cancel': ({ n }) => this.#command(n, 'cancel'),
    listener: ({ n, listening }) => this.#listener(n, listening),
    code: ({ n }) => this.#showCode(n),
  };

  /** @param {import('../model/settings.js').Settings} settings */
  async #run(settings) {
    if (this.#page.mistakes.length > 0 || this.#conductor.busy) return;
    this.#page.unfinished = '';
    await this.#conductor.play(settings);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #set(name, value) {
    const key = /** @type {keyof typeof SPECS} */ (name);
    const { settings } = this.#page;
    if (name === 'lanes') return this.#setLanes(value.split(','));
    const others = this.#page.mistakes.filter((one) => one.name !== name);
    if (!SPECS[key].fits(value)) {
      this.#page.mistakes = [...others, { name, wanted: SPECS[key].wanted, found: value, typed: true }];
      return;
    }
    this.#adopt({ ...settings, [name]: typed(name, value) }, others);
    // A field that was just left must not take the button with it that is being pressed.
    if (REBUILD.has(name)) this.#screen.build();
  }

  /** @param {string[]} lanes */
  #setLanes(lanes) {
    const { settings } = this.#page;
    if (!SPECS.lanes.fits(lanes.join(','))) {
      throw new RangeError(`${t('setting.lanes')}: ${SPECS.lanes.wanted}`);
    }
    const stretched = (/** @type {string[]} */ values) =>
      values.length === 1 ? values : lanes.map((_, index) => values[index] ?? values[0]);
    this.#adopt({ ...settings, lanes, ws: stretched(settings.ws), encoding: stretched(settings.encoding) }, this.#page.mistakes);
    this.#stage.arrange(lanes);
    this.#conductor.rearrange(this.#page.settings);
    this.#screen.build();
  }

  /** @param {number} index */
  #removeLane(index) {
    const { settings } = this.#page;
    const without = (/** @type {string[]} */ values) => (values.length === 1 ? values : values.filter((_, i) => i !== index));
    this.#page.settings = { ...settings, ws: without(settings.ws), encoding: without(settings.encoding) };
    this.#stage.remove(index);
    this.#setLanes(settings.lanes.filter((_, i) => i !== index));
  }

  /**
   * @param {import('../model/settings.js').Settings} settings
   * @param {import('../model/settings.js').Mistake[]} others mistakes that stay
   */
  #adopt(settings, others) {
    // Parsing one's own address again finds what no longer goes together.
    const query = formatSettings(settings);
    const again = parseSettings(query);
    this.#page.settings = again.settings;
    this.#page.mistakes = [...others.filter((one) => !again.mistakes.some(({ name }) => name === one.name)
      && one.name in SPECS && !SPECS[/** @type {keyof typeof SPECS} */ (one.name)].fits(one.found)), ...again.mistakes];
    history.replaceState(null, '', query || location.pathname);
    setLanguage(settings.lang);
    setTheme(settings.theme);
    this.#screen.repaint();
  }

  #forgive() {
    this.#page.mistakes = [];
    this.#adopt(this.#page.settings, []);
    this.#screen.build();
  }

  #toggleSettings() {
    this.#page.settingsOpen = !this.#page.settingsOpen;
    this.#screen.build();
  }

  /** @param {number} n */
  #connect(n) {
    const lane = this.#stage.find(n);
    if (lane) this.#conductor.open(lane, this.#page.settings);
  }

  /**
   * @param {number} n
   * @param {string} command
   */
  #command(n, command) {
    const lane = this.#stage.find(n);
    if (lane) this.#stage.command(lane, { command });
  }

  /**
   * @param {number} n
   * @param {boolean} listening
   */
  async #listener(n, listening) {
    const lane = this.#stage.find(n);
    if (!lane) return;
    try {
      await switchOrigin(lane.origin.id, listening);
      lane.origin.listening = listening;
    } finally {
      this.#screen.build();
    }
  }

  /** @param {number} n */
  async #showCode(n) {
    const lane = this.#stage.find(n);
    if (!lane) return;
    const { address, text } = await lane.frame.ask('source', { transport: lane.transport });
    this.#screen.showCode(address, text);
  }

  #download() {
    const blob = new Blob([this.#conductor.records.toLines()], { type: 'application/x-ndjson' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = `wirebench-${this.#conductor.run.job ?? 'run'}.jsonl`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}
