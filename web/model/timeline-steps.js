/*
 * Stepping over the marks of all rows, in order of time, then row, then place in the
 * row: so that each is reached, also those that came in one answer at one instant.
 */
import { firstFrom } from './timeline.js';

/** @typedef {import('./timeline.js').Mark} Mark */
/** @typedef {{t: number, row: number, index: number}} Place */

/**
 * The next mark in a direction, or null at the end.
 * @param {Mark[][]} rows
 * @param {Mark|null} chosen      where it stands
 * @param {number|null} playhead  where it stands if no mark is chosen
 * @param {1|-1} direction
 * @returns {Mark|null}
 */
export function stepMark(rows, chosen, playhead, direction) {
  const from = placeOf(rows, chosen) ?? { t: playhead ?? -direction * Infinity, row: direction > 0 ? -1 : rows.length, index: -1 };
  /** @type {Mark|null} */
  let best = null;
  rows.forEach((marks, row) => {
    const mark = neighbour(marks, row, from, direction);
    // Rows are walked downwards: forwards the first of equal times wins, backwards the last.
    if (mark && (!best || (direction > 0 ? mark.t < best.t : mark.t >= best.t))) best = mark;
  });
  return best;
}

/**
 * How many marks of this row share the instant of one, and which of them it is.
 * @param {Mark[]} marks
 * @param {Mark} mark
 */
export function amongEqual(marks, mark) {
  const start = firstFrom(marks, mark.t);
  const index = marks.indexOf(mark, start);
  return { nth: index - start + 1, of: firstAfter(marks, mark.t) - start };
}

/** @param {Mark[][]} rows @param {Mark|null} mark @returns {Place|null} */
function placeOf(rows, mark) {
  if (!mark) return null;
  const row = rows.findIndex((marks) => marks.includes(mark));
  return row < 0 ? null : { t: mark.t, row, index: rows[row].indexOf(mark) };
}

/**
 * @param {Mark[]} marks
 * @param {number} row
 * @param {Place} from
 * @param {1|-1} direction
 */
function neighbour(marks, row, from, direction) {
  if (row === from.row) return marks[from.index + direction] ?? null;
  // At the same instant, rows above come before and rows below after.
  const equalCounts = direction > 0 ? row > from.row : row < from.row;
  if (direction > 0) return marks[equalCounts ? firstFrom(marks, from.t) : firstAfter(marks, from.t)] ?? null;
  return marks[(equalCounts ? firstAfter(marks, from.t) : firstFrom(marks, from.t)) - 1] ?? null;
}

/** @param {Mark[]} marks @param {number} t */
function firstAfter(marks, t) {
  let index = firstFrom(marks, t);
  while (index < marks.length && marks[index].t === t) index += 1;
  return index;
}
