/*
 * The faults on the timeline: a band over the rows in its scope from its throw to its end, a line where it was over at
 * once; its name above all rows, or in the one row it is about.
 */
import { xOf } from './timeline-scale.js';

/** @typedef {import('./timeline-paint.js').Picture} Picture */
/** @typedef {import('../model/bands.js').Band} Band */
/** @typedef {Band & {title: string}} Named */

/** Height of a line of names above the rows. */
const LINE = 18;
const LINES = 2;
/** Narrower than this, and it is a line. */
const MOMENT_PX = 3;

/**
 * How much room the names need above the rows.
 * @param {Band[]} bands
 */
export function roomFor(bands) {
  const whole = bands.filter((one) => one.whole).length;
  return whole === 0 ? 0 : Math.min(LINES, whole) * LINE + 6;
}

/**
 * Behind the rows.
 * @param {Picture} p
 * @param {number} rowHeight
 */
export function paintBands(p, rowHeight) {
  const { ctx, scale, colours } = p;
  for (const band of p.bands) {
    const [x0, x1] = edges(p, band);
    if (x1 < scale.left || x0 > scale.right) continue;
    const from = Math.max(x0, scale.left);
    const wide = Math.min(x1, scale.right) - from;
    for (const row of band.rows) {
      const [y, high] = [p.top + row * rowHeight + (band.whole ? 0 : 3), rowHeight - (band.whole ? 0 : 6)];
      if (wide >= MOMENT_PX) {
        ctx.globalAlpha = 0.6;
        ctx.fillStyle = colours.faultSoft;
        ctx.fillRect(from, y, wide, high);
        ctx.globalAlpha = 1;
      }
      ctx.fillStyle = colours.fault;
      if (x0 >= scale.left - 1) ctx.fillRect(x0 - 0.75, y, 1.5, high);
      if (band.to !== null && wide >= MOMENT_PX && x1 <= scale.right) ctx.fillRect(x1 - 0.5, y, 1, high);
    }
  }
}

/**
 * The names of those that are over all rows.
 * @param {Picture} p
 */
export function labelBands(p) {
  const { ctx, scale, colours } = p;
  /** @type {number[]} */
  const ends = Array(LINES).fill(-Infinity);
  ctx.font = `600 12px ${p.font}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const band of p.bands.filter((one) => one.whole)) {
    const [x0, x1] = edges(p, band);
    if (x1 < scale.left || x0 > scale.right) continue;
    const width = ctx.measureText(band.title).width;
    const left = Math.max(scale.left, Math.min(x0, scale.right - width));
    const line = ends.findIndex((end) => end < left);
    // Where many are thrown at once not each name has room; stepping tells all.
    if (line < 0 || line * LINE + LINE > p.top) continue;
    ends[line] = left + width + 10;
    ctx.fillStyle = colours.fault;
    ctx.fillText(band.title, left, line * LINE + LINE / 2 + 1);
  }
}

/**
 * @param {Picture} p
 * @param {Band} band
 * @returns {[number, number]}
 */
function edges(p, band) {
  return [xOf(p.scale, band.from), xOf(p.scale, band.to ?? p.ends)];
}
