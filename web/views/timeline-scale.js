/*
 * Arithmetic of the time axis: where an instant lies, and which round seconds get a
 * line. Pure, so that it can be tested without a canvas.
 */

/**
 * @typedef {object} Scale
 * @property {number} from   server time at the left edge
 * @property {number} to     at the right edge
 * @property {number} left   px
 * @property {number} right  px
 */

/**
 * @param {Scale} scale
 * @param {number} t
 */
export function xOf(scale, t) {
  return scale.left + ((t - scale.from) / (scale.to - scale.from)) * (scale.right - scale.left);
}

/**
 * @param {Scale} scale
 * @param {number} x
 */
export function tOf(scale, x) {
  return scale.from + ((x - scale.left) / (scale.right - scale.left)) * (scale.to - scale.from);
}

/**
 * Round instants (ms since `begins`) for about one line each `spacing` pixels.
 * @param {Scale} scale
 * @param {number} begins
 * @param {number} spacing
 */
export function ticks(scale, begins, spacing = 90) {
  const span = scale.to - scale.from;
  const rough = (span * spacing) / Math.max(1, scale.right - scale.left);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? 10 * power;
  /** @type {number[]} */
  const out = [];
  for (let i = Math.ceil((scale.from - begins) / step); i * step <= scale.to - begins; i += 1) {
    if (i >= 0) out.push(Math.round(i * step * 1000) / 1000);
  }
  return out;
}

/**
 * The part of the run that is shown: all of it, or a window that follows the end or
 * holds the playhead in its middle.
 * @param {number} begins
 * @param {number} ends
 * @param {number|null} window   ms; null shows all
 * @param {number|null} playhead
 */
export function visibleRange(begins, ends, window, playhead) {
  const whole = Math.max(ends - begins, 1000);
  if (window === null || window >= whole) return { from: begins, to: begins + whole * 1.01 };
  if (playhead === null) return { from: ends - window, to: ends + window * 0.01 };
  const from = Math.min(Math.max(playhead - window / 2, begins), ends - window);
  return { from, to: from + window };
}
