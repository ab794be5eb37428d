/*
 * <wb-code-dialog>: the very files a lane runs, as its origin serves them, with a light
 * tint. Cut into tokens by one expression; all text goes in as text.
 */
import { t } from '../i18n/index.js';
import { define, h } from './dom.js';

const TOKENS = /(\/\*[\s\S]*?\*\/|\/\/[^\n]*)|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\b(import|from|export|const|let|new|return|if|else|for|of|in|class|function|async|await|try|catch|throw|switch|case|default|static|get|typeof|this|null|true|false)\b/g;

export class CodeDialog extends HTMLElement {
  /** @param {{address: string, text: string}[]} files the telling one first */
  show(files) {
    const text = files.map((one) => one.text).join('\n');
    const copied = h('span', { 'aria-live': 'polite' });
    const copy = h('button', {
      type: 'button', class: 'button small',
      onclick: () => navigator.clipboard.writeText(text).then(() => (copied.textContent = t('code.copied'))),
    }, t('code.copy'));
    const parts = files.flatMap((one) => [h('h3', {}, one.address), h('pre', { tabindex: 0 }, h('code', {}, ...tint(one.text)))]);
    /** @type {HTMLDialogElement} */
    const dialog = h('dialog', { class: 'code-dialog', 'aria-label': t('code.title') },
      h('header', { class: 'panel-head' }, h('h2', {}, t('code.title')),
        h('span', { class: 'button-group' }, copied,
          // The clipboard wants a secure context; on a LAN address there is none.
          isSecureContext ? copy : null,
          h('button', { type: 'button', class: 'button small', onclick: () => dialog.close() }, t('code.close')))),
      h('div', { class: 'code-files' }, ...parts));
    dialog.addEventListener('close', () => dialog.remove());
    this.replaceChildren(dialog);
    dialog.showModal();
  }
}

/**
 * @param {string} text
 * @returns {(Node|string)[]}
 */
function tint(text) {
  /** @type {(Node|string)[]} */
  const out = [];
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    out.push(text.slice(at, match.index));
    const kind = match[1] ? 'comment' : match[2] ? 'string' : 'word';
    out.push(h('span', { class: `code-${kind}` }, match[0]));
    at = match.index + match[0].length;
  }
  out.push(text.slice(at));
  return out;
}

define('wb-code-dialog', CodeDialog);
