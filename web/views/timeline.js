/*
 * <wb-timeline>: one time axis, a row per lane. A slider to the keyboard and to a
 * screen reader: ← and → step from mark to mark, and each step is read out.
 */
import { t } from '../i18n/index.js';
import { bandMarks, bandsOf } from '../model/bands.js';
import { formatBytes, formatStamp } from '../model/format.js';
import { amongEqual, stepMark } from '../model/timeline-steps.js';
import { firstFrom } from '../model/timeline.js';
import { ordinals } from '../model/ordinals.js';
import { TRANSPORTS } from '../transports/index.js';
import { define, h, setAttribute, setText, wish } from './dom.js';
import { faultTitle, paramsText, scopeText } from './fault-words.js';
import { describe } from './lane-log.js';
import { SvgContext } from './svg-context.js';
import { roomFor } from './timeline-bands.js';
import { AXIS, ROW, paint } from './timeline-paint.js';
import { tOf, visibleRange, xOf } from './timeline-scale.js';

/** @typedef {import('../model/run.js').RunModel} RunModel */
/** @typedef {import('../model/timeline.js').Mark} Mark */

const WINDOWS = /** @type {const} */ ([['all', null], ['10s', 10_000], ['2s', 2000]]);
/** The picture need not move more often than eyes follow. */
const REDRAW_MS = 120;
const CATCH_PX = 8;

export class TimelineView extends HTMLElement {
  #canvas = h('canvas', { class: 'timeline-canvas' });
  #detail = h('p', { class: 'timeline-detail' });
  #empty = h('p', { class: 'timeline-empty' });
  /** @type {RunModel|null} */
  #run = null;
  /** @type {import('../model/faults.js').Faults|null} */
  #faults = null;
  /** @type {import('../model/bands.js').Band[]} */
  #bands = [];
  /** The marks of bands, kept as long as the run: the one that is chosen must stay itself. @type {Map<string, Mark>} */
  #bandMarks = new Map();
  #now = NaN;
  /** Where the axis ends at least: of a saved record its end is known. */
  #until = NaN;
  /** @type {number|null} */
  #playhead = null;
  /** @type {Mark|null} */
  #chosen = null;
  #pressedAt = 0;
  /** @type {number|null} */
  #window = null;
  #drawnAt = 0;
  /** Room for the picture. Told by an observer: who asks the page in the middle of a change makes it lay out all of it. */
  #width = 0;
  /** @type {Record<string, string>|null} */
  #colours = null;
  /** What was painted last. @type {Omit<import('./timeline-paint.js').Picture, 'ctx'>|null} */
  #picture = null;
  /** @type {import('./timeline-scale.js').Scale} */
  #scale = { from: 0, to: 1, left: 0, right: 1 };

  build() {
    this.className = 'panel timeline';
    const zooms = WINDOWS.map(([name, window]) => h('button', {
      type: 'button', class: 'button small', 'aria-pressed': String(this.#window === window),
      onclick: () => this.#zoom(window),
    }, t(`timeline.window-${name}`)));
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute('role', 'slider');
    this.#canvas.setAttribute('aria-label', t('timeline.title'));
    setText(this.#detail, t('timeline.help'));
    setText(this.#empty, t('timeline.empty'));
    this.replaceChildren(
      h('header', { class: 'panel-head' }, h('h2', {}, t('timeline.title')),
        h('span', { class: 'panel-ways' }, h('span', { class: 'button-group', role: 'group', 'aria-label': t('timeline.zoom') }, ...zooms),
          h('button', { type: 'button', class: 'button small', 'data-action': 'save-svg', title: t('timeline.save-hint'), onclick: () => wish(this, 'save-svg') }, 'SVG'))),
      h('div', { class: 'timeline-legend', 'aria-hidden': 'true' }, ...this.#legend()),
      this.#empty, this.#canvas, this.#detail);
    this.#redraw();
  }

  connectedCallback() {
    this.#canvas.addEventListener('pointermove', (event) => this.#pointed(event));
    this.#canvas.addEventListener('pointerdown', (event) => {
      this.#canvas.setPointerCapture(event.pointerId);
      this.#pressedAt = event.offsetX;
      this.#pointed(event, true);
    });
    this.#canvas.addEventListener('keydown', (event) => this.#keyed(event));
    // A drag scrubs; a press that stays where it was picks.
    this.#canvas.addEventListener('click', (event) => {
      if (Math.abs(event.offsetX - this.#pressedAt) <= CATCH_PX) this.#look();
    });
    new ResizeObserver(([{ contentRect }]) => {
      this.#width = contentRect.width;
      this.#redraw();
    }).observe(this);
  }

  /** Colours have changed. */
  repaint() {
    this.#colours = null;
    this.#redraw();
  }

  /**
   * @param {RunModel} run
   * @param {number} now server time
   * @param {import('../model/faults.js').Faults} faults
   * @param {{until: number, still: boolean}} [saved]  where a record ends, and whether it stands still
   */
  update(run, now, faults, { until, still } = { until: NaN, still: run.settled }) {
    this.#faults = faults;
    this.#until = until;
    if (this.#run !== run) {
      this.#run = run;
      this.#playhead = null;
      this.#chosen = null;
      this.#bandMarks.clear();
      setText(this.#detail, t('timeline.help'));
    }
    this.#now = now;
    const clock = performance.now();
    if (clock - this.#drawnAt >= REDRAW_MS || still) {
      this.#drawnAt = clock;
      this.#redraw();
    }
  }

  #legend() {
    return ['event', 'end', 'request', 'command', 'wait', 'connect', 'closed', 'replay', 'failed', 'struck', 'fault'].map((name) =>
      h('span', { class: `legend legend-${name}` }, t(`timeline.legend-${name}`)));
  }

  #redraw() {
    const run = this.#run;
    const has = run !== null && !Number.isNaN(run.begins);
    this.#empty.hidden = has;
    this.#canvas.hidden = !has;
    if (!run || !has) return;
    const width = this.#width;
    if (width <= 0) return;
    const ends = run.settled ? run.ends : Math.max(run.ends, this.#now);
    const until = Number.isNaN(this.#until) ? ends : Math.max(ends, this.#until);
    this.#bands = bandsOf(this.#faults?.list ?? [], [...run.lanes.values()], run.begins, ends);
    const top = roomFor(this.#bands);
    const height = top + run.lanes.size * ROW + AXIS;
    const narrow = width < 620;
    // A window goes with what has come; all of it has the room that it will need.
    const range = visibleRange(run.begins, this.#window === null ? until : ends, this.#window, this.#playhead);
    this.#scale = { ...range, left: narrow ? 4 : 128, right: width - 8 };
    this.#colours ??= this.#readColours();
    /** @type {Omit<import('./timeline-paint.js').Picture, 'ctx'>} */
    const picture = {
      width, height, scale: this.#scale, begins: run.begins, ends, narrow, colours: this.#colours,
      font: getComputedStyle(this).fontFamily, playhead: this.#playhead, chosen: this.#chosen, rows: this.#rows(run),
      taken: [], top, bands: this.#bands.map((band) => ({ ...band, title: this.#titleOf(band.thrown) })),
    };
    this.#picture = picture;
    paint({ ...picture, ctx: this.#fit(width, height) });
    this.#describeSlider(run, ends);
  }

  /** What is shown, as an SVG image; null where nothing is. */
  image() {
    this.#redraw();
    const picture = this.#picture;
    const ctx = this.#canvas.getContext('2d');
    if (!picture || !ctx || this.#canvas.hidden) return null;
    const svg = new SvgContext((text, font) => {
      ctx.font = font;
      return ctx.measureText(text).width;
    });
    paint({ ...picture, taken: [], ctx: /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (svg)) });
    return svg.image(picture.width, picture.height, t('timeline.title'), picture.colours.surface);
  }

  /** @param {RunModel} run */
  #rows(run) {
    const lanes = [...run.lanes.values()];
    const numbers = ordinals(lanes.map((lane) => lane.transport));
    return lanes.map((lane, index) => ({
      title: lane.name || `${t(`transport.${lane.transport}.short`)} ${numbers[index]}`.trim(), transport: lane.transport, lane,
      timeline: /** @type {import('../model/timeline.js').Timeline} */ (run.timelines.get(lane.id)),
    }));
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #fit(width, height) {
    const ratio = devicePixelRatio || 1;
    const canvas = this.#canvas;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    return ctx;
  }

  #readColours() {
    const style = getComputedStyle(this);
    const of = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
    return {
      ...Object.fromEntries(TRANSPORTS.map(({ name }) => [name, of(`lane-${name}`)])), grid: of('line'),
      fault: of('fault'), faultSoft: of('fault-soft'), text: of('text'), quiet: of('text-quiet'), surface: of('surface'), bad: of('bad'), waiting: of('waiting'),
      onWaiting: of('on-waiting'), connecting: of('connecting'), replay: of('replay'), focus: of('focus'),
    };
  }

  /** @param {number|null} window */
  #zoom(window) {
    this.#window = window;
    this.build();
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} [pressed]
   */
  #pointed(event, pressed = event.buttons > 0) {
    const run = this.#run;
    if (!run) return;
    const index = Math.floor((event.offsetY - roomFor(this.#bands)) / ROW);
    const timeline = [...run.timelines.values()][index];
    const at = tOf(this.#scale, event.offsetX);
    const close = (/** @type {Mark|null} */ mark) => mark !== null && Math.abs(xOf(this.#scale, mark.t) - event.offsetX) <= CATCH_PX;
    const own = timeline ? nearest(timeline.marks, at) : null;
    const mark = close(own) ? own : this.#bandAt(index, at, close);
    if (pressed) this.#playhead = Math.min(Math.max(at, run.begins), this.#scale.to);
    this.#choose(mark, pressed);
  }

  /**
   * The fault at a place of the picture where no mark of a lane is: the one whose band it is, else one that begins near.
   * @param {number} row  negative above the rows
   * @param {number} at
   * @param {(mark: Mark) => boolean} close
   */
  #bandAt(row, at, close) {
    const here = this.#bands.filter((one) => (row < 0 ? one.whole : one.rows.includes(row)));
    const ids = new Set(here.filter((one) => one.from <= at && at <= (one.to ?? Infinity)).map((one) => one.thrown.id));
    const marks = this.#faultMarks().filter(({ obs }) => here.some((one) => one.thrown.id === obs.id));
    return marks.findLast((mark) => mark.what === 'thrown' && ids.has(mark.obs.id ?? '')) ?? marks.find(close) ?? null;
  }

  /** Each throw and its end as marks to step over. */
  #faultMarks() {
    return bandMarks(this.#bands).map((mark) => {
      const key = `${mark.obs.id} ${mark.what}`;
      const kept = this.#bandMarks.get(key);
      if (kept) return Object.assign(kept, mark);
      this.#bandMarks.set(key, mark);
      return mark;
    });
  }

  /** @param {import('../model/faults.js').Thrown} thrown */
  #titleOf(thrown) {
    const kind = this.#faults?.find(thrown.fault) ?? null;
    return [faultTitle(thrown.fault, kind), paramsText(thrown, kind)].filter(Boolean).join(' · ');
  }

  /** The bytes of the event that is chosen. */
  #look() {
    if (this.#chosen?.obs.kind === 'event') wish(this, 'look', { key: `#${this.#chosen.obs.seq}` });
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const run = this.#run;
    if (!run) return;
    const rows = [this.#faultMarks(), ...[...run.timelines.values()].map((one) => one.marks)];
    /** @type {Mark|null} */
    let mark = null;
    if (event.key === 'ArrowRight') mark = stepMark(rows, this.#chosen, this.#playhead, 1) ?? this.#chosen;
    else if (event.key === 'ArrowLeft') mark = stepMark(rows, this.#chosen, this.#playhead, -1) ?? this.#chosen;
    else if (event.key === 'Home') mark = stepMark(rows, null, null, 1);
    else if (event.key === 'End') mark = stepMark(rows, null, null, -1);
    else if (event.key === 'Enter') return this.#look();
    else if (event.key === 'Escape') this.#playhead = null;
    else return;
    event.preventDefault();
    if (mark) this.#playhead = mark.t;
    this.#choose(mark, true);
  }

  /**
   * @param {Mark|null} mark
   * @param {boolean} force draw even if the same mark stays chosen
   */
  #choose(mark, force) {
    if (mark === this.#chosen && !force) return;
    this.#chosen = mark;
    setText(this.#detail, mark ? this.#words(mark) : t('timeline.help'));
    this.#redraw();
  }

  /** @param {Mark} mark */
  #words(mark) {
    const { obs } = mark;
    const run = this.#run;
    if (mark.what === 'thrown' || mark.what === 'cleared') return this.#faultWords(mark);
    const row = run ? this.#rows(run).find((one) => one.lane.id === obs.lane) : undefined;
    const parts = [
      row?.title ?? t(`transport.${obs.transport}.short`), formatStamp(mark.t - (this.#run?.begins ?? 0)),
      `${mark.dir === 'up' ? '↑' : '↓'} ${describe(obs)}`,
    ];
    if (obs.encoding) parts.push(obs.encoding);
    if (obs.bytes !== undefined) parts.push(formatBytes(obs.bytes));
    if (obs.kind === 'event' && obs.payload !== undefined) parts.push(t('timeline.payload', { bytes: formatBytes(obs.payload) }));
    if (mark.replay) parts.push(t('timeline.legend-replay'));
    const { nth, of } = amongEqual(row?.timeline.marks ?? [mark], mark);
    if (of > 1) parts.push(t('timeline.of-instant', { nth, of }));
    return parts.join(' · ');
  }

  /** @param {Mark} mark */
  #faultWords({ t: at, obs }) {
    const titles = new Map(this.#run ? this.#rows(this.#run).map((one) => [one.lane.id, one.title]) : []);
    return [scopeText(obs.scope ?? 'all', titles), formatStamp(at - (this.#run?.begins ?? 0)), describe(obs)].join(' · ');
  }

  /**
   * @param {RunModel} run
   * @param {number} ends
   */
  #describeSlider(run, ends) {
    const at = (this.#playhead ?? ends) - run.begins;
    setAttribute(this.#canvas, 'aria-valuemin', '0');
    setAttribute(this.#canvas, 'aria-valuemax', String(Math.round(ends - run.begins)));
    setAttribute(this.#canvas, 'aria-valuenow', String(Math.round(at)));
    setAttribute(this.#canvas, 'aria-valuetext', this.#chosen ? this.#words(this.#chosen) : formatStamp(at));
  }
}

/**
 * @param {Mark[]} marks
 * @param {number} at
 */
function nearest(marks, at) {
  const index = firstFrom(marks, at);
  const [left, right] = [marks[index - 1], marks[index]];
  if (!left || !right) return left ?? right ?? null;
  return at - left.t < right.t - at ? left : right;
}

define('wb-timeline', TimelineView);
