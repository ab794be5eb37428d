/*
 * Paints the timeline on a canvas: axis, a row per lane, spans, marks, labels.
 * Marks that would fall on the same pixel are painted once, so that the cost is
 * bounded by the width and not by the length of the run.
 */
import { formatAxis, formatMs } from '../model/format.js';
import { firstFrom } from '../model/timeline.js';
import { has, t } from '../i18n/index.js';
import { labelBands, paintBands } from './timeline-bands.js';
import { ticks, xOf } from './timeline-scale.js';

/** @typedef {import('./timeline-scale.js').Scale} Scale */
/** @typedef {import('../model/timeline.js').Mark} Mark */
/** @typedef {import('../model/timeline.js').Span} Span */

/**
 * @typedef {object} Row
 * @property {string} title
 * @property {string} transport
 * @property {import('../model/timeline.js').Timeline} timeline
 * @property {import('../model/lane.js').LaneModel} lane
 */

/**
 * @typedef {object} Picture
 * @property {CanvasRenderingContext2D} ctx
 * @property {number} width
 * @property {number} height
 * @property {Scale} scale
 * @property {number} begins
 * @property {number} ends
 * @property {Row[]} rows
 * @property {Record<string, string>} colours
 * @property {string} font
 * @property {number|null} playhead
 * @property {Mark|null} chosen
 * @property {boolean} narrow
 * @property {number} top     room above the rows, for the names of faults
 * @property {import('./timeline-bands.js').Named[]} bands
 * @property {{left: number, right: number, y: number}[]} taken  where labels of the row at hand stand
 */

export const ROW = 88;
export const AXIS = 26;

/** A state that passes at once needs no words, ms. */
const BRIEF = 60;

/** How far a mark of each sort reaches from the line, px. */
const REACH = {
  event: 24, end: 30, request: 20, response: 9, command: 26, ack: 16, failed: 0, remark: 14, heartbeat: 7, struck: 0, closed: 0, thrown: 0, cleared: 0,
};

/** Ends that nobody has to look for. */
const EXPECTED = new Set(['ended', 'next-run', 'closed']);

/** @param {Picture} p */
export function paint(p) {
  p.ctx.clearRect(0, 0, p.width, p.height);
  paintAxis(p);
  paintBands(p, ROW);
  p.rows.forEach((row, index) => {
    const y = p.top + index * ROW + (p.narrow ? 56 : 44);
    paintTitle(p, row, y);
    p.ctx.save();
    p.ctx.beginPath();
    p.ctx.rect(p.scale.left - 2, p.top + index * ROW, p.scale.right - p.scale.left + 4, ROW);
    p.ctx.clip();
    for (const span of row.timeline.spans) paintSpan(p, row, span, y);
    paintMarks(p, row, y);
    p.taken = [];
    for (const span of row.timeline.spans) labelSpan(p, row, span, y);
    for (const band of p.bands) {
      if (!band.whole && band.rows.includes(index)) place(p, band.title, Math.max(p.scale.left, xOf(p.scale, band.from) + 4), [y - 36, y + 36], p.colours.fault);
    }
    paintReplays(p, row, y);
    for (const at of row.lane.startedOver) place(p, t('timeline.started-over'), xOf(p.scale, at), [y - 36, y + 36], p.colours.bad);
    p.ctx.restore();
  });
  labelBands(p);
  paintPlayhead(p);
}

/** @param {Picture} p */
function paintAxis(p) {
  const { ctx, scale, colours } = p;
  ctx.font = `12px ${p.font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  const bottom = p.height - AXIS;
  for (const tick of ticks(scale, p.begins, p.narrow ? 64 : 90)) {
    const x = Math.round(xOf(scale, p.begins + tick)) + 0.5;
    ctx.fillStyle = colours.grid;
    ctx.fillRect(x - 0.5, 6, 1, bottom - 6);
    ctx.fillStyle = colours.quiet;
    if (x < scale.right - 12) ctx.fillText(formatAxis(tick), Math.max(x, scale.left + 8), bottom + 14);
  }
}

/**
 * @param {Picture} p
 * @param {Row} row
 * @param {number} y
 */
function paintTitle(p, row, y) {
  const { ctx, colours } = p;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = colours[row.transport];
  ctx.font = `600 14px ${p.font}`;
  const top = p.narrow ? y - 42 : y - 16;
  ctx.fillText(row.title, p.narrow ? p.scale.left : 4, top);
  if (p.narrow) return;
  ctx.fillStyle = colours.quiet;
  ctx.font = `12px ${p.font}`;
  ctx.fillText(t('timeline.down'), 4, y + 3);
  ctx.fillText(t('timeline.up'), 4, y + 20);
}

/**
 * @param {Picture} p
 * @param {Row} row
 * @param {Span} span
 * @param {number} y
 */
function paintSpan(p, row, span, y) {
  const { ctx, colours } = p;
  const x0 = xOf(p.scale, span.from);
  const x1 = xOf(p.scale, span.to ?? p.ends);
  if (x1 < p.scale.left || x0 > p.scale.right) return;
  const wide = Math.max(1, x1 - x0);
  if (span.state === 'open') {
    ctx.globalAlpha = 0.45;
    ctx.fillStyle = colours[row.transport];
    ctx.fillRect(x0, y - 1.5, wide, 3);
    ctx.globalAlpha = 1;
  } else if (span.state === 'connecting') {
    ctx.fillStyle = colours.connecting;
    ctx.fillRect(x0, y - 5, Math.max(2, wide), 10);
  } else if (span.state === 'waiting') {
    ctx.fillStyle = colours.waiting;
    ctx.fillRect(x0, y - 9, wide, 18);
  } else if (span.state === 'closed' || span.state === 'given-up') {
    ctx.strokeStyle = span.state === 'given-up' ? colours.bad : colours.quiet;
    ctx.lineWidth = 1.5;
    ctx.setLineDash([3, 4]);
    ctx.beginPath();
    ctx.moveTo(x0, y);
    ctx.lineTo(x1, y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = colours.bad;
    ctx.fillRect(x0 - 2, y - 7, 4, 14);
  }
}

/**
 * @param {Picture} p
 * @param {Row} row
 * @param {number} y
 */
function paintMarks(p, row, y) {
  const { marks } = row.timeline;
  // Marks are nearly in order; a second of slack catches those that a new clock offset moved.
  const start = firstFrom(marks, p.scale.from - 1000);
  /** Where one of its kind was painted last: in order of time, and many on one pixel. @type {Record<string, number>} */
  const painted = {};
  // Painted last: what is live must not cover what was replayed at the same pixel.
  const replays = [];
  for (let i = start; i < marks.length; i += 1) {
    const mark = marks[i];
    if (mark.t > p.scale.to + 1000) break;
    const x = Math.round(xOf(p.scale, mark.t));
    const kind = mark.replay ? 'replay' : mark.what;
    if (painted[kind] === x && mark !== p.chosen) continue;
    painted[kind] = x;
    if (mark.replay) replays.push({ mark, x });
    else paintMark(p, row, mark, x, y, mark === p.chosen);
  }
  for (const { mark, x } of replays) paintMark(p, row, mark, x, y, mark === p.chosen);
}

/**
 * @param {Picture} p
 * @param {Row} row
 * @param {Mark} mark
 * @param {number} x
 * @param {number} y
 * @param {boolean} chosen
 */
function paintMark(p, row, mark, x, y, chosen) {
  const { ctx, colours } = p;
  const reach = REACH[mark.what];
  const away = mark.dir === 'up' ? 1 : -1;
  const main = mark.replay ? colours.replay : colours[row.transport];
  ctx.fillStyle = chosen ? colours.text : main;
  if (mark.what === 'failed') {
    ctx.strokeStyle = colours.bad;
    ctx.lineWidth = 2;
    cross(ctx, x, y + 18, 4);
    return;
  }
  if (mark.what === 'struck') return diamond(p, x, y, chosen ? 7 : 5.5);
  if (mark.what === 'closed') {
    if (EXPECTED.has(mark.obs.cause ?? '')) return;
    ctx.fillStyle = chosen ? colours.text : colours.bad;
    ctx.fillRect(x - 2, y - 7, 4, 14);
    return;
  }
  ctx.globalAlpha = mark.what === 'response' || mark.what === 'heartbeat' ? 0.55 : 1;
  const wide = chosen ? 3 : mark.what === 'response' ? 3 : 1.6;
  ctx.fillRect(x - wide / 2, away < 0 ? y - 2 - reach : y + 2, wide, reach);
  ctx.globalAlpha = 1;
  if (mark.what === 'command') dot(ctx, x, y + 2 + reach, 4);
  else if (mark.what === 'ack') dot(ctx, x, y - 2 - reach, 3);
  else if (mark.what === 'end') ctx.fillRect(x - 4.5, y - 2 - reach - 4.5, 9, 9);
}

/**
 * @param {Picture} p
 * @param {Row} row
 * @param {Span} span
 * @param {number} y
 */
function labelSpan(p, row, span, y) {
  const x0 = Math.max(p.scale.left, xOf(p.scale, span.from));
  const x1 = Math.min(p.scale.right, xOf(p.scale, span.to ?? p.ends));
  if (x1 <= x0) return;
  const took = formatMs((span.to ?? p.ends) - span.from);
  if (span.state === 'waiting') {
    const key = span.cause === 'full' ? 'timeline.wait-full' : span.browserDecides ? 'timeline.wait-browser' : span.code ? 'timeline.wait-code' : 'timeline.wait';
    const text = squeezed(t(key, { wait: took, code: span.code ?? '', reason: span.reason }));
    const fits = x1 - x0 > p.ctx.measureText(text).width + 8;
    if (fits) label(p, text, (x0 + x1) / 2, y, p.colours.onWaiting, 'center', false);
    else place(p, text, x0, [y + 36, y - 14], p.colours.quiet);
  } else if (span.state === 'given-up') {
    place(p, t(span.cause === 'gone' ? 'timeline.given-up-gone' : 'timeline.given-up'), x0 + 8, [y - 14, y + 36], p.colours.bad);
  } else if (span.state === 'closed' && (span.to === null || span.to - span.from > BRIEF)) {
    place(p, squeezed(t(closedKey(row, span), { code: span.code ?? '', reason: span.reason })), x0 + 8, [y - 14, y + 36], p.colours.quiet);
  }
}

/**
 * What is said of a connection that is closed and that nobody is opening.
 * @param {Row} row
 * @param {Span} span
 */
function closedKey(row, span) {
  if (span.cause === 'next-run') return 'timeline.closed-next';
  if (span.cause === 'closed') return 'timeline.closed-over';
  if (has(`timeline.closed-${span.cause}`)) return `timeline.closed-${span.cause}`;
  if (span.cause === 'hand') return span.code ? 'timeline.closed-code' : 'timeline.closed';
  if (row.transport === 'fetch-stream') return 'timeline.closed-fetch';
  return row.lane.resumes ? 'timeline.closed-other' : 'timeline.closed-bare';
}

/**
 * What was caught up with comes in one burst: a bar over it, and how many there were.
 * @param {Picture} p
 * @param {Row} row
 * @param {number} y
 */
function paintReplays(p, row, y) {
  for (const { openedAt, byteAt, caughtUpAt, replayed } of row.lane.recoveries.list) {
    if (openedAt === null || replayed === 0) continue;
    const x = xOf(p.scale, byteAt ?? openedAt);
    p.ctx.fillStyle = p.colours.replay;
    p.ctx.fillRect(x - 1, y - 30, Math.max(6, xOf(p.scale, caughtUpAt ?? p.ends) - x + 2), 3);
    place(p, t('timeline.replayed', { count: replayed }), x, [y - 36, y + 36], p.colours[row.transport]);
  }
}

/** A blank that was not filled in leaves no hole. @param {string} text */
function squeezed(text) {
  return text.replace(/ +/g, ' ').trim();
}

/** @param {Picture} p */
function paintPlayhead(p) {
  if (p.playhead === null) return;
  const x = Math.round(xOf(p.scale, p.playhead)) + 0.5;
  if (x < p.scale.left || x > p.scale.right) return;
  p.ctx.fillStyle = p.colours.focus;
  p.ctx.fillRect(x - 0.75, 2, 1.5, p.height - AXIS - 2);
  dot(p.ctx, x, p.height - AXIS, 4);
}

/**
 * Writes a label at the first height where it runs into no other; drops it where none is free.
 * @param {Picture} p
 * @param {string} text
 * @param {number} x
 * @param {number[]} heights
 * @param {string} colour
 */
function place(p, text, x, heights, colour) {
  p.ctx.font = `500 12px ${p.font}`;
  const width = p.ctx.measureText(text).width;
  const left = Math.min(x, Math.max(p.scale.left, p.scale.right - width));
  const free = (/** @type {number} */ y) =>
    !p.taken.some((one) => one.y === y && left < one.right + 8 && one.left < left + width + 8);
  const y = heights.find(free);
  if (y === undefined) return;
  p.taken.push({ left, right: left + width, y });
  label(p, text, left, y, colour, 'left');
}

/**
 * @param {Picture} p
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 * @param {CanvasTextAlign} align
 * @param {boolean} [halo]
 */
function label(p, text, x, y, colour, align, halo = true) {
  const { ctx } = p;
  ctx.font = `500 12px ${p.font}`;
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
  const width = ctx.measureText(text).width;
  const left = align === 'left' ? Math.min(x, Math.max(p.scale.left, p.scale.right - width)) : x;
  if (halo) {
    ctx.strokeStyle = p.colours.surface;
    ctx.lineWidth = 4;
    ctx.lineJoin = 'round';
    ctx.strokeText(text, left, y);
  }
  ctx.fillStyle = colour;
  ctx.fillText(text, left, y);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function cross(ctx, x, y, size) {
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.stroke();
}

/**
 * Where a fault struck: on the line itself, with a rim, so that it is seen on any state.
 * @param {Picture} p
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function diamond({ ctx, colours }, x, y, size) {
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size, y);
  ctx.lineTo(x, y + size);
  ctx.lineTo(x - size, y);
  ctx.closePath();
  ctx.fillStyle = colours.fault;
  ctx.fill();
  ctx.strokeStyle = colours.surface;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
function dot(ctx, x, y, radius) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}
