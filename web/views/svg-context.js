/*
 * Takes what the timeline paints on a canvas and makes an SVG image of it: as much of a 2D context as the painting uses,
 * so that the image and the page show the same. Widths of texts are measured by a real canvas.
 */

/** @typedef {{font: string, textAlign: CanvasTextAlign, fillStyle: string, strokeStyle: string, lineWidth: number, globalAlpha: number, dash: number[], clip: string}} Pen */

const ANCHORS = /** @type {Record<string, string>} */ ({ center: 'middle', right: 'end', end: 'end' });

export class SvgContext {
  font = '12px sans-serif';
  /** @type {CanvasTextAlign} */
  textAlign = 'left';
  textBaseline = 'middle';
  fillStyle = '#000';
  strokeStyle = '#000';
  lineWidth = 1;
  lineJoin = 'miter';
  globalAlpha = 1;
  #measure;
  /** @type {string[]} */
  #parts = [];
  /** @type {string[]} */
  #clips = [];
  /** @type {Pen[]} */
  #kept = [];
  /** @type {number[]} */
  #dash = [];
  #path = '';
  #clip = '';

  /** @param {(text: string, font: string) => number} measure  the width of a text, px */
  constructor(measure) {
    this.#measure = measure;
  }

  /**
   * The image.
   * @param {number} width
   * @param {number} height
   * @param {string} title
   * @param {string} ground  the colour behind it
   */
  image(width, height, title, ground) {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
      `<title>${escaped(title)}</title>`, `<defs>${this.#clips.join('')}</defs>`, `<rect width="100%" height="100%" fill="${escaped(ground)}"/>`,
      ...this.#parts, '</svg>', '',
    ].join('\n');
  }

  /** @param {string} text */
  measureText(text) {
    return { width: this.#measure(text, this.font) };
  }

  save() {
    const { font, textAlign, fillStyle, strokeStyle, lineWidth, globalAlpha } = this;
    this.#kept.push({ font, textAlign, fillStyle, strokeStyle, lineWidth, globalAlpha, dash: this.#dash, clip: this.#clip });
  }

  restore() {
    const pen = this.#kept.pop();
    if (!pen) return;
    const { dash, clip, ...others } = pen;
    Object.assign(this, others);
    this.#dash = dash;
    this.#clip = clip;
  }

  clearRect() {
    this.#parts = [];
  }

  beginPath() {
    this.#path = '';
  }

  closePath() {
    this.#path += 'Z';
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.#path += `M${round(x)} ${round(y)}`;
  }

  /** @param {number} x @param {number} y */
  lineTo(x, y) {
    this.#path += `L${round(x)} ${round(y)}`;
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  rect(x, y, width, height) {
    this.#path += `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}Z`;
  }

  /** A whole circle: the painting has no other. @param {number} x @param {number} y @param {number} radius */
  arc(x, y, radius) {
    const r = round(radius);
    this.#path += `M${round(x - radius)} ${round(y)}a${r} ${r} 0 1 0 ${round(2 * radius)} 0a${r} ${r} 0 1 0 ${round(-2 * radius)} 0Z`;
  }

  /** @param {number[]} dash */
  setLineDash(dash) {
    this.#dash = dash;
  }

  clip() {
    const id = `c${this.#clips.length + 1}`;
    this.#clips.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath>`);
    this.#clip = ` clip-path="url(#${id})"`;
  }

  fill() {
    this.#parts.push(`<path d="${this.#path}" fill="${escaped(this.fillStyle)}"${this.#dress()}/>`);
  }

  stroke() {
    const dash = this.#dash.length > 0 ? ` stroke-dasharray="${this.#dash.join(' ')}"` : '';
    this.#parts.push(`<path d="${this.#path}" fill="none" stroke="${escaped(this.strokeStyle)}" stroke-width="${this.lineWidth}"${dash}${this.#dress()}/>`);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  fillRect(x, y, width, height) {
    this.#parts.push(`<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(0, width))}" height="${round(height)}" fill="${escaped(this.fillStyle)}"${this.#dress()}/>`);
  }

  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) {
    this.#text(text, x, y, `fill="${escaped(this.fillStyle)}"`);
  }

  /** @param {string} text @param {number} x @param {number} y */
  strokeText(text, x, y) {
    this.#text(text, x, y, `fill="none" stroke="${escaped(this.strokeStyle)}" stroke-width="${this.lineWidth}" stroke-linejoin="round"`);
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y of its middle
   * @param {string} paint
   */
  #text(text, x, y, paint) {
    const anchor = ANCHORS[this.textAlign] ? ` text-anchor="${ANCHORS[this.textAlign]}"` : '';
    // Not every reader of SVG knows dominant-baseline: a third of an em is as good.
    this.#parts.push(`<text x="${round(x)}" y="${round(y)}" dy="0.35em" style="font:${escaped(this.font)}"${anchor} ${paint}${this.#dress()}>${escaped(text)}</text>`);
  }

  #dress() {
    return `${this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : ''}${this.#clip}`;
  }
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/** A control character has no place in XML 1.0. @param {string} text */
function escaped(text) {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}
