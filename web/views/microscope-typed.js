/*
 * Type and see: an event stream or frames that somebody types, what each byte is, what a reader is to make of it by the
 * standard, and what the visitor's own browser fires.
 */
import { t } from '../i18n/index.js';
import { EXAMPLES, FRAMES, bytesOfHex, bytesOfText, readFrames, readStream, shown } from '../model/typed-bytes.js';
import { ofFrames, ofStream } from '../model/typed-fired.js';
import { h, setText } from './dom.js';
import { Dump } from './microscope-dump.js';
import { MOST, typedResult } from './typed-result.js';

/** @typedef {{bytes: Uint8Array, wanted: import('../model/typed-fired.js').Fired[]}} Typed */

/**
 * The part of the panel; what was typed before stays.
 * @param {HTMLDetailsElement} before
 */
export function typeAndSee(before) {
  const kept = (/** @type {string} */ name, /** @type {string} */ first) =>
    before.querySelector(`textarea[name="${name}"]`) instanceof HTMLTextAreaElement
      ? /** @type {HTMLTextAreaElement} */ (before.querySelector(`textarea[name="${name}"]`)).value : first;
  return h('details', { class: 'micro-typed', open: before.open }, h('summary', {}, t('typed.title')),
    h('div', { class: 'typed-parts' }, stream(kept('typed-stream', EXAMPLES.plain)), frames(kept('typed-frames', FRAMES.hello))));
}

/** @param {string} first */
function stream(first) {
  const events = h('ol', { class: 'typed-events', 'aria-label': t('typed.events') });
  return part('stream', first, 6, Object.entries(EXAMPLES), (typed, dump) => {
    const bytes = bytesOfText(typed);
    const { blocks, lastId, cuts } = readStream(bytes);
    events.replaceChildren(...blocks.map((block) => h('li', { 'data-block': block.kind }, told(block))),
      ...(blocks.length === 0 ? [h('li', { class: 'panel-note' }, t('typed.nothing'))] : []),
      h('li', { class: 'panel-note' }, t('typed.last-id', { id: quoted(lastId) })));
    dump.draw(t('typed.stream'), [{ title: t('typed.spans'), cuts }], true);
    return { bytes, wanted: ofStream(bytes) };
  }, events);
}

/** @param {string} first */
function frames(first) {
  return part('frames', first, 2, Object.entries(FRAMES), (typed, dump) => {
    const bytes = bytesOfHex(typed);
    dump.draw(t('typed.frames'), [{ title: t('typed.spans'), cuts: bytes ? readFrames(bytes) : [] }], true);
    return bytes && { bytes, wanted: ofFrames(bytes) };
  });
}

/**
 * @param {'stream'|'frames'} name
 * @param {string} first
 * @param {number} rows
 * @param {readonly (readonly [string, string])[]} examples
 * @param {(typed: string, dump: Dump) => Typed|null} see  draws, and gives what a browser is to fire; null where it is nothing
 * @param {...Node} more what it draws beside the bytes
 */
function part(name, first, rows, examples, see, ...more) {
  const says = h('p', { class: 'micro-says' }, t('microscope.point'));
  const wrong = h('p', { class: 'typed-wrong', role: 'status' });
  const dump = new Dump((words) => setText(says, words ? words.text : t('microscope.point')));
  const area = h('textarea', {
    class: 'input typed-area', name: `typed-${name}`, rows, spellcheck: 'false', 'aria-label': t(`typed.${name}`), 'aria-describedby': `typed-${name}-hint`,
    oninput: () => draw(),
  });
  /** @type {Typed|null} */
  let now = null;
  const result = typedResult(name, () => now);
  const draw = () => {
    result.stale();
    // Each letter is a byte at least, or a third of one in hexadecimal: what is far too long is not drawn first.
    const long = area.value.length > 4 * MOST ? area.value.length : 0;
    now = long ? null : see(area.value, dump);
    setText(wrong, long ? t('typed.too-long', { bytes: long, most: MOST }) : now ? '' : t('typed.no-hex'));
  };
  area.value = first;
  draw();
  return h('section', { class: 'typed-part', 'data-typed': name }, h('h3', {}, t(`typed.${name}`)),
    h('p', { class: 'panel-note', id: `typed-${name}-hint` }, t(`typed.${name}-hint`)),
    h('div', { class: 'button-group' }, ...examples.map(([example, text]) => h('button', {
      type: 'button', class: 'button small', 'data-example': example, onclick: () => {
        area.value = text;
        draw();
        result.ask();
      },
    }, t(`typed.example-${example}`)))), area, wrong, result.element, ...more, dump.element, says);
}

/** @param {import('../proto/event-stream.js').Block} block */
function told(block) {
  if (block.kind === 'comment') return t('typed.comment', { text: quoted(block.text) });
  if (block.kind === 'retry') return t('typed.retry', { ms: block.ms });
  return t('typed.event', { type: quoted(block.type), data: quoted(block.data), id: quoted(block.id) });
}

/** @param {string|null} text */
function quoted(text) {
  return shown(JSON.stringify(text));
}
