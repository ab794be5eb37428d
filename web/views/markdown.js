/*
 * The numbers of a run as Markdown, for a pull request or a note: a table of the lanes, and the comparison with what was
 * measured. The words are those of the page.
 */
import { t } from '../i18n/index.js';
import { COLUMNS, comparisonRow } from '../model/comparison.js';
import { delayText, recoveryText, stateText } from './lane-words.js';

/** @typedef {import('../model/lane.js').LaneModel} LaneModel */
/** @typedef {{title: string, from: string, lanes: {id: string, title: string, chips: string[]}[], caveats: {text: string, fix: string}[]}} About */

/** @type {[string, (lane: LaneModel, head: number) => string|number][]} */
const NUMBERS = [
  ['markdown.state', (lane) => stateText(lane)],
  ['lane.delivered', ({ ledger }) => ledger.delivered],
  ['lane.missed', (lane, head) => lane.missed(head) + lane.behind(head)],
  ['lane.repeated', ({ ledger }) => ledger.repeated],
  ['lane.reordered', ({ ledger }) => ledger.reordered],
  ['lane.late', ({ late }) => late],
  ['markdown.requests', ({ requests }) => requests],
  ['markdown.connections', ({ socket }) => socket?.connections ?? '–'],
  ['markdown.down', ({ socket }) => socket?.out ?? '–'],
  ['markdown.up', ({ socket }) => socket?.in ?? '–'],
  ['markdown.payload', ({ payloadBytes }) => payloadBytes],
  ['markdown.delay', (lane) => delayText(lane)],
  ['lane.recovery', (lane) => recoveryText(lane)],
];

/**
 * @param {import('../model/run.js').RunModel} run
 * @param {About} about
 */
export function markdownOf(run, { title, from, lanes, caveats }) {
  const known = lanes.flatMap((one) => {
    const lane = run.lanes.get(one.id);
    return lane ? [{ ...one, lane }] : [];
  });
  const name = (/** @type {{title: string, chips: string[]}} */ one) => [one.title, ...one.chips].join(' · ');
  const numbers = known.map((one) => [name(one), ...NUMBERS.map(([, value]) => String(value(one.lane, run.headOf(one.lane))))]);
  const compared = known.map((one) => [name(one), ...comparisonRow(one.lane.transport, one.lane).map(({ measured }) => (measured ? t(measured.key, measured.values) : '–'))]);
  return [
    `## ${cell(title)}`, '', ...(from ? [cell(from), ''] : []),
    ...caveats.map(({ text, fix }) => `> ${cell(`${text} ${fix}`.trim())}`), ...(caveats.length > 0 ? [''] : []),
    ...table([t('markdown.lane'), ...NUMBERS.map(([key]) => t(key))], numbers), '',
    `### ${cell(t('table.title'))}`, '',
    ...table([t('markdown.lane'), ...COLUMNS.map((column) => t(`table.${column}`))], compared), '',
  ].join('\n');
}

/**
 * @param {string[]} heads
 * @param {string[][]} rows
 */
function table(heads, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.map(line)];
}

/** A text that stays in its cell, and is text: a name may be anybody's. @param {string} text */
function cell(text) {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, (one) => (one === '<' ? '&lt;' : one === '>' ? '&gt;' : `\\${one}`)).trim();
}
