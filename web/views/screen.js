/*
 * All views of the page together: builds them in the present language and hands each
 * its facts when something has changed.
 */
import { t } from '../i18n/index.js';
import { caveatsOf } from '../model/caveats.js';
import { ordinals } from '../model/ordinals.js';
import { differences, laneSettings } from '../model/lane-settings.js';
import { deviations } from '../model/settings.js';
import './clients-panel.js';
import './code-dialog.js';
import './comparison.js';
import { caveatWords } from './fault-words.js';
import './faults-panel.js';
import './job-strip.js';
import './lane-card.js';
import { switchChips } from './lane-words.js';
import './microscope-panel.js';
import './notices.js';
import './scenarios-panel.js';
import './settings-panel.js';
import './timeline.js';
import './top-bar.js';

/** @typedef {import('./lane-card.js').LaneCard} LaneCard */

const OVER = new Set(['done', 'failed', 'cancelled', 'gone', 'none']);

export class Screen {
  #page;
  #stage;
  #conductor;
  /** @type {Map<import('../bench/lane-frame.js').LaneFrame, LaneCard>} */
  #cards = new Map();
  #bar = /** @type {import('./top-bar.js').TopBar} */ (find('wb-top-bar'));
  #notices = /** @type {import('./notices.js').Notices} */ (find('wb-notices'));
  #settings = /** @type {import('./settings-panel.js').SettingsPanel} */ (find('wb-settings'));
  #strip = /** @type {import('./job-strip.js').JobStrip} */ (find('wb-job-strip'));
  #lanes = find('#lanes');
  #timeline = /** @type {import('./timeline.js').TimelineView} */ (find('wb-timeline'));
  #comparison = /** @type {import('./comparison.js').ComparisonView} */ (find('wb-comparison'));
  #clients = /** @type {import('./clients-panel.js').ClientsPanel} */ (find('wb-clients'));
  #microscope = /** @type {import('./microscope-panel.js').MicroscopePanel} */ (find('wb-microscope'));
  #scenarios = /** @type {import('./scenarios-panel.js').ScenariosPanel} */ (find('wb-scenarios'));
  #faults = /** @type {import('./faults-panel.js').FaultsPanel} */ (find('wb-faults'));
  #code = /** @type {import('./code-dialog.js').CodeDialog} */ (find('wb-code-dialog'));
  #colophon = find('#colophon');

  /**
   * @param {import('../app.js').Page} page
   * @param {import('../bench/stage.js').Stage} stage
   * @param {import('../bench/conductor.js').Conductor} conductor
   */
  constructor(page, stage, conductor) {
    this.#page = page;
    this.#stage = stage;
    this.#conductor = conductor;
  }

  /** Builds all anew; whoever had the focus gets it back. */
  build() {
    const focus = focusKey();
    this.#buildAll();
    if (focus) /** @type {HTMLElement|null} */ (document.querySelector(focus))?.focus({ preventScroll: true });
  }

  #buildAll() {
    this.#bar.build(this.#barFacts());
    this.#settings.hidden = !this.#page.settingsOpen;
    this.#settings.build(this.#page.settings, this.#locked(), this.#page.switches);
    this.#scenarios.hidden = !this.#page.player.open;
    if (this.#page.player.open) this.#scenarios.build(this.#page.player);
    this.#clients.hidden = !this.#page.pool.open;
    this.#clients.build();
    this.#faults.hidden = !this.#page.faults.open;
    this.#faults.build(this.#page.faults, this.#laneNames(), this.#page.settings.fault);
    this.#microscope.hidden = !this.#page.wire.open;
    if (this.#page.wire.open) this.#microscope.build();
    else this.#microscope.clear();
    this.#strip.build(this.#stripFacts());
    this.#buildCards();
    this.#timeline.build();
    this.#comparison.build();
    const { bench } = this.#page;
    this.#colophon.textContent = bench ? t('page.colophon', { version: bench.version, bench: bench.bench }) : '';
    this.update();
  }

  update() {
    const { run } = this.#conductor;
    const now = this.serverNow();
    this.#bar.update(this.#barFacts());
    this.#notices.update(this.#page.mistakes, this.#page.error, this.#page.away ? location.host : '', this.#page.unfinished);
    const inStrip = this.#strip.contains(document.activeElement);
    this.#strip.update(this.#stripFacts());
    if (inStrip && !this.#strip.contains(document.activeElement)) this.#bar.focusRun();
    for (const lane of this.#stage.lanes) {
      const model = run.lanes.get(lane.id);
      if (!model) continue;
      this.#cards.get(lane.frame)?.update({
        lane: model, head: run.headOf(model), total: run.total, jobState: run.jobState, source: run.source, alive: lane.frame.alive,
        chips: switchChips(this.#conductor.settingsOf(lane, this.#page.settings)), now,
      });
    }
    this.#timeline.update(run, now, this.#page.faults.faults);
    this.#comparison.update(run, this.#chipsById());
    if (this.#page.player.open) this.#scenarios.update(this.#page.player);
    if (this.#page.pool.open) this.#clients.update(this.#page.pool, now);
    if (this.#page.wire.open) this.#microscope.update(this.#page.wire, this.#laneNames(), run.begins);
    if (this.#page.faults.open) this.#faults.update(this.#page.faults, this.#titles(), now);
  }

  /** The colours have changed. */
  repaint() {
    this.#timeline.repaint();
  }

  /** @param {string} [scope] what is to be struck */
  showFaults(scope) {
    this.#faults.show(scope);
  }

  /** It was opened, and is gone to; or closed, and its button has the focus again. */
  showMicroscope() {
    if (this.#page.wire.open) this.#microscope.show();
    else this.#bar.focusMicroscope();
  }

  /** The panel was opened, or what it shows is another. */
  showScenarios() {
    this.#scenarios.update(this.#page.player);
    this.#scenarios.show();
  }

  /** @param {{address: string, text: string}[]} files */
  showCode(files) {
    this.#code.show(files);
  }

  /** A lane was switched: its card says so, and who was at it stays there. */
  retuned() {
    const focus = focusKey();
    this.#buildCards();
    this.update();
    if (focus) /** @type {HTMLElement|null} */ (document.querySelector(focus))?.focus({ preventScroll: true });
  }

  #buildCards() {
    const kept = new Set(this.#stage.lanes.map((lane) => lane.frame));
    for (const [frame, card] of this.#cards) {
      if (kept.has(frame)) continue;
      card.remove();
      this.#cards.delete(frame);
    }
    const numbers = ordinals(this.#stage.lanes.map((lane) => lane.transport));
    for (const [index, lane] of this.#stage.lanes.entries()) {
      let card = this.#cards.get(lane.frame);
      if (!card) {
        card = /** @type {LaneCard} */ (document.createElement('wb-lane-card'));
        // Moving a frame in the document would load it again: it stays where it is put.
        card.append(lane.frame.element);
        this.#cards.set(lane.frame, card);
      }
      Object.assign(card, { n: lane.n, name: lane.name, transport: lane.transport, ordinal: numbers[index], origin: lane.origin, switches: this.#switchesOf(lane) });
      card.build();
    }
    // A new one is put before the next that stands: those that stand are not moved.
    let next = null;
    for (const lane of [...this.#stage.lanes].reverse()) {
      const card = this.#cards.get(lane.frame) ?? null;
      if (card && card.parentNode !== this.#lanes) this.#lanes.insertBefore(card, next);
      next = card;
    }
  }

  #barFacts() {
    const { settings, mistakes, settingsOpen, bench, pool, faults, player } = this.#page;
    return {
      settings, settingsOpen, scenariosOpen: player.open, playsScenario: player.onStage, clientsOpen: pool.open, microscopeOpen: this.#page.wire.open, faultsOpen: faults.open, faultsActive: faults.faults.active.length, mistaken: mistakes.length > 0 || bench === null, sources: this.#sources(),
      jobState: this.#conductor.run.jobState, busy: this.#conductor.busy || player.busy, locked: this.#locked(),
    };
  }

  #stripFacts() {
    const { settings, bench, mistakes, faults, player } = this.#page;
    const titles = this.#titles();
    return {
      run: this.#conductor.run, deviations: player.run ? [{ name: 'scenario', value: player.run.title }] : deviations(this.#conductor.settings ?? settings), joins: settings.job !== '',
      mistaken: mistakes.length > 0 || bench === null,
      caveats: this.caveats().map((one) => caveatWords(one, (name) => faults.faults.find(name), titles)),
    };
  }

  /** Every reason to distrust what is shown. */
  caveats() {
    const { bench, faults, watch, player } = this.#page;
    return caveatsOf({
      run: this.#conductor.run, throws: faults.faults.list, mine: (id) => player.onStage || faults.isMine(id), lanes: this.#stage.lanes, differ: this.#differences(),
      bench: bench?.caveats ?? [], dropped: this.#conductor.records.dropped, page: watch.told,
    });
  }

  /** What each lane is called on the page, by its id. */
  #titles() {
    return new Map(this.#laneNames().map(({ id, title }) => [id, title]));
  }

  #laneNames() {
    const { lanes } = this.#stage;
    const numbers = ordinals(lanes.map((lane) => lane.transport));
    return lanes.map(({ id, n, name, transport }, index) => ({ id, n, transport, title: name || `${t(`transport.${transport}.short`)} ${numbers[index]}`.trim() }));
  }

  /** Lanes stay as they are while a run lasts. */
  #locked() {
    return this.#conductor.busy || this.#page.player.onStage || !OVER.has(this.#conductor.run.jobState);
  }

  /** What the bench can play; of what needs a folder only what the operator has opened one for. */
  #sources() {
    const { bench, settings } = this.#page;
    const closed = { hash: bench?.hash !== true, replay: bench?.replay !== true };
    const all = bench?.sources ?? ['synthetic', 'hash'];
    return all.filter((one) => one === settings.source || !closed[/** @type {'hash'} */ (one)]);
  }

  /** A comparison that is not like for like must say so. */
  #differences() {
    const lanes = this.#stage.lanes.map((lane) => ({
      transport: lane.transport, own: this.#conductor.settingsOf(lane, this.#page.settings),
    }));
    return differences(lanes, this.#page.switches);
  }

  /** @param {import('../bench/stage.js').StageLane} lane */
  #switchesOf(lane) {
    const { settings, switches, player } = this.#page;
    if (player.onStage) return { params: [], values: {}, own: {} };
    return {
      params: switches.of(lane.transport), values: laneSettings(settings, lane.n - 1, switches).values,
      own: settings.lanes[lane.n - 1]?.own ?? {},
    };
  }

  /** What each lane of the run is switched to, in words. */
  #chipsById() {
    return new Map(this.#stage.lanes.map((lane) => [lane.id, switchChips(this.#conductor.settingsOf(lane, this.#page.settings))]));
  }

  /** Now by the server's clock, as well as any lane knows it. */
  serverNow() {
    const clock = [...this.#conductor.run.lanes.values()].find((lane) => lane.clock)?.clock;
    return performance.timeOrigin + performance.now() + (clock?.offset ?? 0);
  }
}

/** A selector that finds the focused control again after it was built anew. */
function focusKey() {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const name = focused.getAttribute('name');
  const action = focused.getAttribute('data-action');
  const lane = focused.closest('[data-lane]')?.getAttribute('data-lane');
  const within = lane ? `[data-lane="${lane}"] ` : '';
  if (name && focused instanceof HTMLInputElement && focused.type === 'radio') return `${within}[name="${name}"][value="${focused.value}"]`;
  if (name) return `${within}[name="${name}"]`;
  return action ? `${within}[data-action="${action}"]` : null;
}

/** @param {string} selector */
function find(selector) {
  const element = document.querySelector(selector);
  if (!element) throw new Error(`the page has no ${selector}`);
  return /** @type {HTMLElement} */ (element);
}
