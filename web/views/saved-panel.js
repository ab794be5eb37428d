/*
 * <wb-saved>: which saved record is shown, and how it is played back: play, speed, a slider over its time. The slider is
 * worked by the keyboard and told to a screen reader; Space plays and stops from wherever nothing else wants it.
 */
import { currentLanguage, t } from '../i18n/index.js';
import { formatStamp } from '../model/format.js';
import { SPEEDS } from '../bench/saved.js';
import { define, h, setAttribute, setText, wish } from './dom.js';

/** @typedef {import('../bench/saved.js').Saved} Saved */

/** A key moves by this part of the record. */
const STEP = 100;
const LEAP = 10;
/** The slider is as fine as this. */
const FINE = 1000;

export class SavedPanel extends HTMLElement {
  #file = h('input', { type: 'file', name: 'record-file', class: 'visually-hidden', tabindex: -1, 'aria-hidden': 'true' });
  #said = h('p');
  #failed = h('div');
  #banner = h('div');
  #play = h('button');
  #slider = h('input');
  #clock = h('span');
  #speed = h('select');
  #drawn = '';
  /** @type {Saved|null} */
  #saved = null;

  connectedCallback() {
    this.#file.addEventListener('change', () => {
      const [file] = this.#file.files ?? [];
      if (file) wish(this, 'open-file', { file });
      // The same file may be chosen again.
      this.#file.value = '';
    });
    document.addEventListener('keydown', (event) => this.#pressed(event));
    const dropped = (/** @type {DragEvent} */ event) => [...event.dataTransfer?.types ?? []].includes('Files');
    document.addEventListener('dragover', (event) => {
      if (!dropped(event)) return;
      event.preventDefault();
      setAttribute(document.body, 'data-dropping', t('saved.drop'));
    });
    document.addEventListener('dragleave', (event) => event.relatedTarget === null && document.body.removeAttribute('data-dropping'));
    document.addEventListener('drop', (event) => {
      document.body.removeAttribute('data-dropping');
      if (!dropped(event)) return;
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file) wish(this, 'open-file', { file });
    });
  }

  /** Lets a file be chosen. */
  choose() {
    this.#file.click();
  }

  /** @param {Saved} saved */
  build(saved) {
    this.className = 'saved-part';
    this.#drawn = '';
    this.#file.setAttribute('aria-label', t('bar.open-record'));
    this.#said = h('p', { class: 'saved-said', role: 'status' });
    this.#failed = h('div');
    this.#banner = h('div');
    if (this.#file.parentNode !== this) this.append(this.#file);
    for (const child of [...this.children]) if (child !== this.#file) child.remove();
    this.append(this.#failed, this.#said, this.#banner);
    this.update(saved);
  }

  /** @param {Saved} saved */
  update(saved) {
    this.#saved = saved;
    const { reading, failed, record, replay, job } = saved;
    setText(this.#said, reading ? t('saved.reading', { name: reading.name, part: Math.floor(reading.part * 100) }) : '');
    this.#said.hidden = reading === null;
    const drawn = JSON.stringify([failed?.name, failed?.error.code, record?.name, record?.lines, job, currentLanguage()]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#failed.replaceChildren(...(failed ? [this.#complaint(failed)] : []));
      this.#banner.replaceChildren(...(record ? [this.#shown(saved)] : []));
    }
    if (replay) this.#draw(saved);
  }

  /** Brings the record under the eyes, and the keyboard to Play. */
  show() {
    if (!this.#saved?.record) return;
    this.scrollIntoView({ block: 'nearest' });
    this.#play.focus({ preventScroll: true });
  }

  /** @param {NonNullable<Saved['failed']>} failed */
  #complaint({ name, error }) {
    return h('div', { class: 'notice', role: 'alert' },
      h('div', {}, h('p', {}, h('b', {}, t('saved.cannot', { name }))), h('p', {}, t(`saved.error.${error.code}`, error.values)), h('p', {}, t(`saved.error.${error.code}.fix`))),
      h('button', { type: 'button', class: 'button small', 'data-action': 'forgive-record', onclick: () => wish(this, 'forgive-record') }, t('notice.dismiss')));
  }

  /** @param {Saved} saved */
  #shown(saved) {
    const record = /** @type {import('../model/saved-record.js').SavedRecord} */ (saved.record);
    const { header, name } = record;
    const back = h('button', { type: 'button', class: 'button', 'data-action': 'close-record', onclick: () => wish(this, 'close-record') }, t('saved.back'));
    const of = record.jobs.find(({ job }) => job === saved.job);
    const facts = [header ? playedBy(header) : '', header ? '' : whenText(record.times[0]), t('saved.lines', { lines: record.lines }), hidden(of), header ? t('saved.judged') : '']
      .filter(Boolean);
    return h('section', { class: 'saved panel', 'aria-label': t('saved.title') },
      h('div', { class: 'saved-head' },
        h('div', { class: 'saved-words' },
          h('p', { class: 'saved-kind' }, t('saved.title')), h('h2', {}, name),
          header?.title ? h('p', { class: 'saved-what' }, [header.title, header.question].filter(Boolean).join(' – ')) : null,
          h('p', { class: 'panel-note' }, facts.join(' · '))),
        h('div', { class: 'saved-ways' }, ...this.#jobs(saved), back)),
      this.#player());
  }

  /** A bench's record has the readers of many jobs. @param {Saved} saved */
  #jobs({ record, job }) {
    const jobs = record?.jobs ?? [];
    if (jobs.length < 2) return [];
    const select = h('select', {
      class: 'input', name: 'record-job', onchange: () => wish(this, 'record-job', { job: select.value }),
    }, ...jobs.map((one) => h('option', { value: one.job, selected: one.job === job }, t('saved.job', { job: one.job || '–', lanes: one.lanes.length }))));
    return [h('label', { class: 'field' }, h('span', {}, t('job.title')), select)];
  }

  #player() {
    this.#play = h('button', { type: 'button', class: 'button primary saved-play', 'data-action': 'play-record', 'aria-keyshortcuts': 'Space', onclick: () => wish(this, 'play-record') });
    this.#slider = h('input', {
      type: 'range', class: 'saved-slider', name: 'record-time', min: 0, max: FINE, step: 1, 'aria-label': t('saved.time'),
      oninput: () => this.#moved(Number(this.#slider.value) / FINE), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#slid(event),
    });
    this.#clock = h('span', { class: 'saved-clock' });
    this.#speed = h('select', {
      class: 'input', name: 'record-speed', 'aria-label': t('saved.speed'), title: t('saved.speed'),
      onchange: () => wish(this, 'record-speed', { speed: this.#speed.value === 'all' ? Infinity : Number(this.#speed.value) }),
    }, ...SPEEDS.map((one) => h('option', { value: one }, `× ${{ 0.25: '¼', 0.5: '½' }[one] ?? one}`)), h('option', { value: 'all' }, t('saved.all-at-once')));
    return h('div', { class: 'saved-player' }, this.#play, this.#slider, this.#clock, this.#speed);
  }

  /** @param {Saved} saved */
  #draw({ replay, time, playing, speed }) {
    if (!replay) return;
    const [at, length] = [time - replay.from, replay.to - replay.from];
    setText(this.#play, playing ? `❚❚ ${t('saved.pause')}` : `▶ ${t('saved.play')}`);
    setAttribute(this.#play, 'aria-pressed', String(playing));
    const value = String(length > 0 ? Math.round((at / length) * FINE) : FINE);
    if (this.#slider.value !== value) this.#slider.value = value;
    const text = t('saved.at', { at: formatStamp(at), length: formatStamp(length) });
    setText(this.#clock, replay.settled ? text : t('saved.folding', { part: Math.floor(replay.done * 100) }));
    setAttribute(this.#slider, 'aria-valuetext', text);
    const wanted = speed === Infinity ? 'all' : String(speed);
    if (this.#speed.value !== wanted) this.#speed.value = wanted;
  }

  /** @param {number} part  of the record's time, 0 to 1 */
  #moved(part) {
    const replay = this.#saved?.replay;
    if (replay) wish(this, 'seek-record', { time: replay.from + part * (replay.to - replay.from) });
  }

  /** @param {KeyboardEvent} event */
  #slid(event) {
    const saved = this.#saved;
    if (!saved?.replay || event.altKey || event.ctrlKey || event.metaKey) return;
    const { from, to } = saved.replay;
    const by = { ArrowRight: 1 / STEP, ArrowUp: 1 / STEP, ArrowLeft: -1 / STEP, ArrowDown: -1 / STEP, PageUp: 1 / LEAP, PageDown: -1 / LEAP }[event.key];
    const time = event.key === 'Home' ? from : event.key === 'End' ? to : by === undefined ? NaN : saved.time + by * (to - from);
    if (Number.isNaN(time)) return;
    event.preventDefault();
    wish(this, 'seek-record', { time });
  }

  /** Space plays and stops, where it does nothing else. @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== ' ' || !this.#saved?.shown || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target instanceof Element ? event.target : null;
    const takes = target?.closest('button, select, textarea, summary, a, [role="switch"], input:not([type="range"])');
    if (takes || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    wish(this, 'play-record');
  }
}

/** @param {import('../model/saved-lanes.js').Header} header */
function playedBy({ at, client, driver, time, seed, program, version }) {
  const who = driver === 'native' ? t('saved.by-native', { client }) : t('saved.by-browser', { program: program || client });
  const parts = [whenText(at), who, time === 'virtual' ? t('saved.virtual') : '', `wirebench ${version}`, seed === null ? '' : t('saved.seed', { seed })];
  return parts.filter(Boolean).join(' · ');
}

/** @param {number} at  ms since 1970 */
function whenText(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : t('saved.played', { when: `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC` });
}

/** Lanes that there is no room for. @param {{lanes: unknown[], shown: unknown[]}|undefined} of */
function hidden(of) {
  return of && of.shown.length < of.lanes.length ? t('saved.some-lanes', { shown: of.shown.length, all: of.lanes.length }) : '';
}

define('wb-saved', SavedPanel);
