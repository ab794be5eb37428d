/*
 * <wb-scenarios>: the list of scenarios, found by typing; the one that is chosen, with its question and its buttons; and
 * what came of it. Whoever plays it draws nothing; this draws and plays nothing.
 */
import { currentLanguage, t } from '../i18n/index.js';
import { MOST_PLAYED, readers, search, wordsIn } from '../model/scenarios.js';
import { define, h, setAttribute, setText, wish } from './dom.js';
import { verdictsOf } from './verdicts.js';

/** @typedef {import('../bench/player.js').Player} Player */
/** @typedef {import('../model/scenarios.js').Scenario} Scenario */

export class ScenariosPanel extends HTMLElement {
  #search = h('input');
  #count = h('span');
  #list = h('ul');
  #said = h('p');
  #browse = h('div');
  #shown = h('section');
  #words = h('div');
  #act = h('button');
  #end = h('button');
  #back = h('button');
  #status = h('p');
  #problem = h('p');
  #verdicts = h('div');
  /** What each part was last drawn from. */
  #drawn = { list: '', words: '', verdicts: '' };

  /** @param {Player} player */
  build(player) {
    this.className = 'panel scenarios';
    this.#drawn = { list: '', words: '', verdicts: '' };
    this.#count = h('span', { class: 'scenarios-count' });
    this.#search = h('input', {
      type: 'search', name: 'scenario-search', class: 'input', autocomplete: 'off', placeholder: t('scenarios.search'), 'aria-label': t('scenarios.search'),
      title: t('scenarios.search-hint'), oninput: () => wish(this, 'scenarios-search', { query: this.#search.value }),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    });
    this.#search.value = player.query;
    this.#list = h('ul', { class: 'scenario-list', onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) });
    this.#said = h('p', { class: 'panel-note', role: 'status' });
    this.#browse = h('div', { class: 'scenarios-browse' }, h('p', { class: 'panel-note' }, t('scenarios.note')), this.#said, this.#list);
    this.#shown = this.#makeShown();
    this.replaceChildren(
      h('header', { class: 'panel-head' }, h('h2', {}, t('scenarios.title'), ' ', this.#count), this.#search), this.#browse, this.#shown);
    this.update(player);
  }

  /** Brings what was asked for under the eyes, and the keyboard to it. */
  show() {
    this.scrollIntoView({ block: 'nearest' });
    const target = this.#shown.hidden ? this.#search : this.#act.hidden ? this.#back : this.#act;
    target.focus({ preventScroll: true });
  }

  /** @param {Player} player */
  update(player) {
    const { list, query, chosen, problems } = player;
    const found = search(list ?? [], query);
    // A run that cannot be joined has no scenario, and something to say all the same.
    const shows = chosen !== '' || player.phase !== 'none';
    this.#browse.hidden = shows;
    this.#search.hidden = shows;
    this.#shown.hidden = !shows;
    setText(this.#count, list ? t('scenarios.found', { count: found.length, all: list.length }) : '');
    this.#count.hidden = shows;
    setText(this.#said, list === null ? t('scenarios.loading') : list.length === 0 ? t('scenarios.empty') : found.length === 0 ? t('scenarios.none') : '');
    this.#draw('list', [found.map((one) => one.scenario), problems], () => this.#drawList(found, problems));
    if (shows) this.#drawShown(player);
  }

  #makeShown() {
    this.#words = h('div', { class: 'scenario-words' });
    this.#act = h('button', { type: 'button', class: 'button primary', 'data-action': 'play', onclick: () => wish(this, 'play') });
    this.#end = h('button', { type: 'button', class: 'button', 'data-action': 'end-run', onclick: () => wish(this, 'end-run') }, t('scenarios.end'));
    this.#back = h('button', {
      type: 'button', class: 'button', 'data-action': 'scenario-list', onclick: () => wish(this, 'scenario', { name: '' }),
    }, t('scenarios.all'));
    const leave = h('button', {
      type: 'button', class: 'button', 'data-action': 'leave-scenario', onclick: () => wish(this, 'leave-scenario'),
    }, t('scenarios.leave'));
    this.#status = h('p', { class: 'scenario-status', role: 'status' });
    this.#problem = h('p', { class: 'scenario-problem', role: 'alert' });
    this.#verdicts = h('div');
    return h('section', { class: 'scenario-shown' }, this.#words,
      h('div', { class: 'scenario-buttons' }, this.#act, this.#end, this.#back, leave, this.#status), this.#problem, this.#verdicts);
  }

  /** @param {Player} player */
  #drawShown({ scenario, chosen, list, phase, run, busy, problem, judged, taken }) {
    this.#draw('words', [chosen, scenario !== null, list !== null], () => this.#drawWords(scenario, chosen, list !== null));
    const plays = chosen !== '' && (scenario === null ? run !== null : scenario.skipped === null);
    this.#act.hidden = !plays;
    // Not disabled while it plays: the focus would be lost to the page.
    setAttribute(this.#act, 'aria-disabled', String(busy));
    setText(this.#act, busy ? t('scenarios.playing') : `▶ ${t(phase === 'ended' ? 'scenarios.again' : 'scenarios.play')}`);
    this.#end.hidden = !busy || run === null;
    this.#back.hidden = busy;
    const steps = run && run.steps > 0 && phase !== 'ended' && taken > 0 ? ` ${t('scenarios.steps', { taken, steps: run.steps })}` : '';
    setText(this.#status, phase === 'none' ? '' : `${t(`scenarios.phase.${phase}`)}${steps}`);
    setAttribute(this.#status, 'data-phase', phase);
    setText(this.#problem, problem ? t('scenarios.failed', { why: problem }) : '');
    this.#draw('verdicts', [run?.run, judged], () => this.#verdicts.replaceChildren(...(run && judged ? [verdictsOf(judged, run.run)] : [])));
  }

  /**
   * @param {Scenario|null} scenario
   * @param {string} chosen
   * @param {boolean} known  the list is there
   */
  #drawWords(scenario, chosen, known) {
    if (chosen === '') return this.#words.replaceChildren();
    if (!scenario) return this.#words.replaceChildren(h('p', {}, known ? t('scenarios.unknown', { name: chosen }) : t('scenarios.loading')));
    const { title, question, teaches } = wordsIn(scenario, currentLanguage());
    const rows = [
      teaches ? [t('scenarios.teaches'), teaches] : null,
      [t('scenarios.lanes'), lanesText(scenario)],
      scenario.proves ? [t('scenarios.proves'), h('code', {}, `docs/${scenario.proves}`)] : null,
    ];
    this.#words.replaceChildren(
      h('h3', {}, title), h('p', { class: 'scenario-question' }, question),
      h('dl', {}, ...rows.flatMap((row) => (row ? [h('dt', {}, row[0]), h('dd', {}, row[1])] : []))),
      ...(scenario.skipped ? [h('p', { class: 'scenario-skipped' }, skippedText(scenario, scenario.skipped))] : []));
  }

  /**
   * @param {Scenario[]} found
   * @param {string[]} problems
   */
  #drawList(found, problems) {
    const said = found.map((one) => wordsIn(one, currentLanguage()));
    const rows = found.map((one, index) => h('li', {}, h('button', {
      type: 'button', class: 'scenario-row', 'data-scenario': one.scenario, name: `scenario-${one.scenario}`,
      onclick: () => wish(this, 'scenario', { name: one.scenario }),
    }, h('b', {}, said[index].title), h('span', {}, said[index].question),
    h('small', {}, one.skipped ? skippedText(one, one.skipped) : lanesText(one)))));
    // Who was on a row stays on it, or comes back to where the list is made.
    const held = this.#list.contains(document.activeElement) ? document.activeElement?.getAttribute('data-scenario') : null;
    this.#list.replaceChildren(...rows);
    if (held) (/** @type {HTMLElement|null} */ (this.#list.querySelector(`[data-scenario="${held}"]`)) ?? this.#search).focus({ preventScroll: true });
    this.#browse.querySelector('.scenario-problems')?.remove();
    if (problems.length === 0) return;
    this.#browse.append(h('details', { class: 'scenario-problems' },
      h('summary', {}, `${t('scenarios.problems')}: ${problems.length}`), ...problems.map((one) => h('pre', { tabindex: 0 }, one))));
  }

  /** Up and down go through the list and the search above it; Enter in the search takes the first. @param {KeyboardEvent} event */
  #key(event) {
    const rows = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll('.scenario-row')]);
    const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (event.key === 'Enter' && at < 0) rows[0]?.click();
    else if (event.key === 'ArrowDown') (rows[at + 1] ?? rows.at(-1))?.focus();
    else if (event.key === 'ArrowUp') (rows[at - 1] ?? this.#search).focus();
    else if (event.key === 'Home' && at >= 0) rows[0]?.focus();
    else if (event.key === 'End' && at >= 0) rows.at(-1)?.focus();
    else return;
    event.preventDefault();
  }

  /**
   * Draws a part anew only where what it is drawn from has changed.
   * @param {'list'|'words'|'verdicts'} part
   * @param {unknown[]} from
   * @param {() => void} draw
   */
  #draw(part, from, draw) {
    const key = JSON.stringify(from);
    if (key === this.#drawn[part]) return;
    this.#drawn[part] = key;
    draw();
  }
}

/**
 * Why this page does not play it, in its language as far as the words are there.
 * @param {Scenario} scenario
 * @param {import('../model/scenarios.js').Skipped} skipped
 */
function skippedText({ lanes }, { by, because, zh }) {
  const own = (currentLanguage() === 'zh' && zh) || because;
  const why = by === 'scenario' ? own : t(`scenarios.skipped-${by}`, { readers: readers(lanes), most: MOST_PLAYED });
  return t('scenarios.skipped', { why });
}

/** @param {Scenario} scenario */
function lanesText({ lanes }) {
  const parts = lanes.map(({ name, transport, count }) => {
    const short = t(`transport.${transport}.short`);
    const what = name.startsWith(transport) ? name : `${name} (${short})`;
    return count > 1 ? `${what} × ${count}` : what;
  });
  return parts.length === 1 || readers(lanes) <= 6 ? parts.join(', ') : `${parts.slice(0, 6).join(', ')}${parts.length > 6 ? ' …' : ''}`;
}

define('wb-scenarios', ScenariosPanel);
