/*
 * <wb-job-strip>: above the numbers. Before the first run, what this page is and what
 * to do; then the job, how far it is, and each caveat.
 */
import { has, t } from '../i18n/index.js';
import { define, h, setAttribute, setText, wish } from './dom.js';

/**
 * @typedef {object} StripFacts
 * @property {import('../model/run.js').RunModel} run
 * @property {{text: string, fix: string}[]} caveats
 * @property {{name: string, value: string}[]} deviations
 * @property {boolean} mistaken  nothing can be run before the mistakes are mended
 * @property {boolean} saved     it is of a saved record, and on no bench
 * @property {boolean} joins     the next run is on a job that is there
 */

export class JobStrip extends HTMLElement {
  #state = h('span');
  #name = h('a');
  #count = h('span');
  #fill = h('span');
  #live = h('span');
  #chips = h('ul');
  #shown = '';
  #chipText = '';
  #run = h('button');
  #runText = h('span');
  #push = h('div');
  #arrived = h('p');
  #pushed = '';

  /** @param {StripFacts} facts */
  build(facts) {
    this.#shown = '';
    this.#chipText = '';
    this.update(facts);
  }

  /** @param {StripFacts} facts */
  update(facts) {
    const { run } = facts;
    const shows = run.job === null ? 'intro' : 'job';
    if (shows !== this.#shown) {
      this.#shown = shows;
      this.className = `strip strip-${shows}`;
      this.replaceChildren(...(shows === 'intro' ? this.#intro() : this.#job()));
      this.#chipText = '';
      this.#pushed = '';
    }
    this.#drawChips(facts);
    this.#run.disabled = facts.mistaken;
    setText(this.#runText, `▶ ${t(facts.joins ? 'bar.join' : 'bar.run')}`);
    if (run.job === null) return;
    this.#drawPush(run, facts.saved);
    setText(this.#name, run.job);
    if (facts.saved) this.#name.removeAttribute('href');
    else setAttribute(this.#name, 'href', `?job=${encodeURIComponent(run.job)}`);
    const state = t(`job.${run.jobState}`);
    setText(this.#state, state);
    setText(this.#live, state);
    setAttribute(this.#state, 'data-state', run.jobState);
    setText(this.#count, run.total ? `${run.head} / ${run.total}` : String(run.head));
    this.#fill.style.transform = `scaleX(${run.total ? Math.min(1, run.head / run.total) : 0})`;
  }

  #intro() {
    this.#run = h('button', { type: 'button', class: 'button primary large', onclick: () => wish(this, 'run') }, this.#runText);
    this.#chips = h('ul', { class: 'chips' });
    const steps = ['run', 'cut', 'back'].map((one) => h('li', {}, h('b', {}, t(`intro.${one}`)), ` ${t(`intro.${one}-text`)}`));
    return [
      h('div', { class: 'intro-words' }, h('h2', {}, t('intro.title')), h('p', {}, t('intro.text'))),
      h('ol', { class: 'intro-steps' }, ...steps),
      this.#run, this.#chips,
    ];
  }

  #job() {
    this.#state = h('span', { class: 'job-state' });
    this.#name = h('a', { class: 'job-name', title: t('job.link') });
    this.#count = h('span', { class: 'job-count', title: t('job.count-hint') });
    this.#fill = h('span', { class: 'job-fill' });
    this.#live = h('span', { class: 'visually-hidden', 'aria-live': 'polite' });
    this.#chips = h('ul', { class: 'chips' });
    this.#push = h('div', { class: 'push' });
    return [
      h('span', { class: 'job-label' }, t('job.title')), this.#name, this.#state,
      h('span', { class: 'job-track', 'aria-hidden': 'true' }, this.#fill), this.#count, this.#live, this.#chips, this.#push,
    ];
  }

  /**
   * What to type to give a pushed job its events, ready to be copied.
   * @param {import('../model/run.js').RunModel} run
   * @param {boolean} saved
   */
  #drawPush(run, saved) {
    const shows = !saved && run.source === 'push' && ['ready', 'running', 'paused'].includes(run.jobState);
    this.#push.hidden = !shows;
    setText(this.#arrived, t('push.how', { count: run.head }));
    if (!shows || this.#pushed === `${run.job}`) return;
    this.#pushed = `${run.job}`;
    const lines = ['{"type":"progress","data":{"percent":7}}', '{"type":"done"}'].map((body) => this.#curl(run.job ?? '', body));
    this.#push.replaceChildren(this.#arrived, ...lines);
  }

  /**
   * @param {string} job
   * @param {string} body
   */
  #curl(job, body) {
    const url = new URL(`/jobs/${encodeURIComponent(job)}/events`, location.origin).href;
    const line = `curl -X POST ${url} -H 'Content-Type: application/json' -d '${body}'`;
    const copy = h('button', {
      type: 'button', class: 'button small', 'data-action': 'copy-curl',
      onclick: () => navigator.clipboard.writeText(line).then(() => setText(copy, t('code.copied'))),
    }, t('code.copy'));
    // The clipboard wants a secure context; on a LAN address there is none.
    return h('div', { class: 'push-line' }, h('code', { tabindex: 0 }, line), isSecureContext ? copy : null);
  }

  /** @param {StripFacts} facts */
  #drawChips({ caveats, deviations }) {
    const chips = [
      ...deviations.map(({ name, value }) => ({ text: `${has(`setting.${name}`) ? t(`setting.${name}`) : name}: ${value}`, fix: '' })), ...caveats,
    ];
    const all = JSON.stringify(chips);
    if (all === this.#chipText) return;
    this.#chipText = all;
    this.#chips.replaceChildren(...chips.map(({ text, fix }) => h('li', { class: 'chip' }, text, fix === '' ? null : h('span', { class: 'chip-fix' }, ` ${fix}`))));
    setAttribute(this.#chips, 'aria-label', t('caveat.title'));
  }
}

define('wb-job-strip', JobStrip);
