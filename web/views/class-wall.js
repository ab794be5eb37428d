/*
 * The wall: a tile a member, with a mark for each of its lanes. A mark says its state by shape and colour, and in words where
 * the tile has the pointer or the focus.
 */
import { LANES } from '../class/outcome.js';
import { t } from '../i18n/index.js';
import { formatMs } from '../model/format.js';
import { h, setAttribute, setText } from './dom.js';

/** @typedef {import('../class/api.js').Member} Member */
/** @typedef {{tile: HTMLElement, name: HTMLElement, marks: Record<string, HTMLElement>, missed: HTMLElement, tip: HTMLElement}} Tile */

export class ClassWall {
  list = h('ul', { class: 'class-tiles' });
  /** @type {Map<number, Tile>} */
  #tiles = new Map();
  #onRemove;

  /** @param {(member: number) => void} onRemove */
  constructor(onRemove) {
    this.#onRemove = onRemove;
  }

  /** Builds all tiles anew, in another language. */
  forget() {
    this.#tiles.clear();
    this.list.replaceChildren();
  }

  /**
   * @param {import('../class/api.js').Wall} wall
   * @param {number} bets
   */
  update(wall, bets) {
    const present = new Set(wall.members.map(({ member }) => member));
    for (const [number, { tile }] of this.#tiles) {
      if (present.has(number)) continue;
      tile.remove();
      this.#tiles.delete(number);
    }
    setAttribute(this.list, 'data-phase', wall.phase);
    setAttribute(this.list, 'data-crowd', wall.members.length > 40 ? 'large' : wall.members.length > 12 ? 'usual' : 'small');
    for (const member of wall.members) {
      let tile = this.#tiles.get(member.member);
      if (!tile) {
        tile = this.#make(member);
        this.#tiles.set(member.member, tile);
        this.list.append(tile.tile);
      }
      draw(tile, member, wall.phase, bets);
    }
  }

  /** @param {Member} member @returns {Tile} */
  #make({ member, name: called }) {
    const marks = Object.fromEntries(LANES.map((transport) => [transport, h('span', { class: 'class-mark', 'data-transport': transport }, h('i'), t(`class.short-${transport}`))]));
    const [name, missed] = [h('b', { dir: 'auto' }, called), h('em')];
    const words = h('span', { class: 'class-tip-words' });
    const remove = h('button', { class: 'link', type: 'button', tabindex: -1, 'aria-label': t('class.remove-hint', { name: called }), onclick: () => this.#onRemove(member) }, t('class.remove'));
    const tip = h('span', { class: 'class-tip' }, words, remove);
    // Towards the middle of the wall there is always room.
    const side = () => setAttribute(tile, 'data-side', tile.offsetLeft - this.list.offsetLeft > this.list.offsetWidth / 2 ? 'right' : 'left');
    const tile = h('li', {
      class: 'class-tile', tabindex: 0, 'data-member': member, 'aria-keyshortcuts': 'Delete', onpointerenter: side, onfocus: side,
      onkeydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Delete') this.#onRemove(member); },
    }, name, missed, h('span', { class: 'class-marks', 'aria-hidden': 'true' }, ...Object.values(marks)), tip);
    return { tile, name, marks, missed, tip: words };
  }
}

/**
 * @param {Tile} tile
 * @param {Member} member
 * @param {import('../class/api.js').Phase} phase
 * @param {number} bets
 */
function draw({ tile, marks, missed, tip }, member, phase, bets) {
  const runs = phase === 'run' || phase === 'reveal';
  const words = [];
  let sum = 0;
  for (const transport of LANES) {
    const lane = member.lanes.find((one) => one.transport === transport);
    setAttribute(marks[transport], 'data-state', lane?.state ?? 'idle');
    if (!lane) continue;
    sum += lane.missed;
    const parts = [t('class.said', { lane: t(`class.lane-${transport}`), state: t(`class.state-${lane.state}`) })];
    if (lane['back-after'] !== null) parts.push(t('class.back', { wait: formatMs(lane['back-after']) }));
    if (lane.missed > 0) parts.push(t('class.missed-word', { count: lane.missed }));
    words.push(parts.join(' · '));
  }
  const made = Object.keys(member.bets).length;
  const bet = t('class.has-bet', { count: made, of: bets });
  setAttribute(tile, 'data-bet', phase === 'bet' ? String(made === bets) : '');
  setText(missed, !member.here ? t('class.not-here') : runs ? (sum > 0 ? t('class.missed-tile', { count: sum }) : '') : phase === 'bet' ? `${made}/${bets}` : '');
  const said = [...(member.here ? [] : [t('class.not-here')]), ...(runs ? words : [bet])];
  setAttribute(tile, 'data-here', String(member.here));
  setText(tip, said.join('\n'));
  setAttribute(tile, 'aria-label', [member.name, ...said].join('. '));
}
