/*
 * An event stream, line by line (WHATWG HTML sections 9.2.5 and 9.2.6): what each byte of it is, wherever chunks and
 * pieces cut it.
 */

/** @typedef {import('./tray.js').Tray} Tray */
/** @typedef {import('./tray.js').Place} Place */
/** @typedef {import('./tray.js').Role} Role */
/** @typedef {{kind: string, role: Role, place: Place}} LineEnd */

const BOM = [0xef, 0xbb, 0xbf];
const [CR, LF, COLON, SPACE] = [0x0d, 0x0a, 0x3a, 0x20];
/** No known name is as long. */
const LONG_NAME = 6;
/** The kinds of the values of the fields that are known. @type {Record<string, string>} */
const VALUES = { data: 'sse-data', event: 'sse-event', id: 'sse-id', retry: 'sse-retry' };

/** @param {number} byte */
const isEnd = (byte) => byte === CR || byte === LF;

/** The lines since the last blank one. */
const newBlock = () => ({
  /** @type {number|null} */
  element: null,
  isDecided: false,
  hasFields: false,
  hasRetry: false,
  hasComment: false,
});

export class EventStream {
  #isBegun = false;
  /** Where in a line the next byte stands. @type {'start'|'bom'|'name'|'long-name'|'behind-colon'|'value'|'comment'} */
  #at = 'start';
  /** Bytes of the BOM that have come. */
  #seen = 0;
  /** @type {number[]} */
  #name = [];
  #field = '';
  /** Whether some of the value or comment has come. */
  #started = false;
  #block = newBlock();
  /** The line end that was put last, if it may get its LF. @type {(LineEnd & {isBlank: boolean})|null} */
  #cr = null;
  /** Of the blank line that ended the last block, as long as nothing has come behind it. @type {{element: number|null}|null} */
  #closed = null;

  /** @param {Tray} tray */
  before(tray) {
    return this.#place(tray);
  }

  /** @param {Tray} tray */
  behind(tray) {
    return this.#closed ? this.#closed.element : this.#place(tray);
  }

  /** @param {Uint8Array} bytes @param {Tray} tray */
  feed(bytes, tray) {
    for (let at = 0; at < bytes.length;) at += this.#step(bytes, at, tray);
  }

  /** The element of what stands in the block under way. @param {Tray} tray @returns {Place} */
  #place(tray) {
    if (!this.#block.isDecided && tray.isFull) {
      this.#block.isDecided = true;
      tray.settle(null);
    }
    return this.#block.isDecided ? this.#block.element : undefined;
  }

  /** Of a field's name, its colon and its line end. @returns {Role} */
  get #role() {
    return this.#field === 'retry' ? 'control' : 'framing';
  }

  /**
   * Puts one byte, or a run of them, and says how many.
   * @param {Uint8Array} bytes
   * @param {number} at
   * @param {Tray} tray
   */
  #step(bytes, at, tray) {
    const first = bytes[at];
    const cr = this.#cr;
    this.#cr = null;
    if (cr && first === LF) {
      if (cr.isBlank) tray.settle(this.#closed?.element ?? null);
      tray.put(1, cr.kind, cr.role, { place: cr.place, more: true });
      return 1;
    }
    if (this.#at === 'start') return this.#start(first, tray);
    if (this.#at === 'bom') return this.#bom(first, tray);
    if (this.#at === 'name' || this.#at === 'long-name') return this.#inName(bytes, at, tray);
    if (isEnd(first)) return this.#endLine(first, tray);
    if (this.#at === 'behind-colon') {
      [this.#at, this.#started] = ['value', false];
      const place = this.#place(tray);
      if (first !== SPACE) return 0;
      tray.put(1, 'sse-space', this.#role, { place });
      return 1;
    }
    const more = this.#started;
    this.#started = true;
    let to = at + 1;
    while (to < bytes.length && !isEnd(bytes[to])) to += 1;
    if (this.#at === 'comment') tray.put(to - at, 'sse-comment', 'heartbeat', { more });
    else {
      const role = this.#field === 'data' ? 'payload' : this.#role;
      tray.put(to - at, VALUES[this.#field] ?? 'sse-unknown', role, { place: this.#place(tray), more });
    }
    return to - at;
  }

  /** @param {number} first @param {Tray} tray */
  #start(first, tray) {
    const isFirst = !this.#isBegun;
    this.#isBegun = true;
    this.#closed = null;
    if (isFirst && first === BOM[0]) return this.#bom(first, tray);
    if (isEnd(first)) return this.#blank(first, tray);
    if (first === COLON) {
      // Comments alone never fill what waits.
      this.#place(tray);
      this.#block.hasComment = true;
      [this.#at, this.#started] = ['comment', true];
      tray.put(1, 'sse-comment', 'heartbeat');
      return 1;
    }
    [this.#at, this.#name] = ['name', []];
    return 0;
  }

  /** A byte that may be one of the BOM. @param {number} byte @param {Tray} tray */
  #bom(byte, tray) {
    if (byte !== BOM[this.#seen]) {
      // What has come is a name's.
      [this.#at, this.#name] = ['name', BOM.slice(0, this.#seen)];
      return 0;
    }
    tray.put(1, 'sse-name', 'framing', { place: this.#place(tray), more: this.#seen > 0, open: true });
    this.#seen += 1;
    this.#at = 'bom';
    if (this.#seen === BOM.length) {
      tray.label('bom', 'framing');
      this.#at = 'start';
    }
    return 1;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   * @param {Tray} tray
   */
  #inName(bytes, at, tray) {
    const first = bytes[at];
    if (isEnd(first)) {
      this.#named(tray);
      return this.#endLine(first, tray);
    }
    if (first === COLON) {
      this.#named(tray);
      tray.put(1, 'sse-colon', this.#role, { place: this.#place(tray) });
      this.#at = 'behind-colon';
      return 1;
    }
    const place = this.#place(tray);
    if (this.#at === 'name') {
      tray.put(1, 'sse-name', 'framing', { place, more: this.#name.length > 0, open: true });
      this.#name.push(first);
      if (this.#name.length < LONG_NAME) return 1;
      tray.label('sse-name', 'framing');
      this.#at = 'long-name';
      return 1;
    }
    let to = at + 1;
    while (to < bytes.length && !isEnd(bytes[to]) && bytes[to] !== COLON) to += 1;
    tray.put(to - at, 'sse-name', 'framing', { place, more: true });
    return to - at;
  }

  /** The name is whole. @param {Tray} tray */
  #named(tray) {
    const name = this.#at === 'name' ? String.fromCharCode(...this.#name) : '';
    this.#field = Object.hasOwn(VALUES, name) ? name : '';
    tray.label('sse-name', this.#role);
    if (name === 'retry') this.#block.hasRetry = true;
    else this.#block.hasFields = true;
    if (name === 'data' && this.#block.element === null) {
      this.#block.element = tray.nextElement();
      this.#block.isDecided = true;
      tray.settle(this.#block.element);
    }
  }

  /** @param {number} end @param {Tray} tray */
  #endLine(end, tray) {
    const isComment = this.#at === 'comment';
    /** @type {LineEnd} */
    const label = { kind: 'sse-line-end', role: isComment ? 'heartbeat' : this.#role, place: isComment ? null : this.#place(tray) };
    return this.#putEnd(end, label, false, tray);
  }

  /** A blank line ends the block, and dispatches its event if it has data. @param {number} end @param {Tray} tray */
  #blank(end, tray) {
    const { element, hasFields, hasRetry, hasComment } = this.#block;
    this.#block = newBlock();
    tray.settle(null);
    /** @type {Role} */
    let role = 'framing';
    if (element === null && !hasFields) role = hasRetry ? 'control' : hasComment ? 'heartbeat' : 'framing';
    this.#closed = { element };
    return this.#putEnd(end, { kind: element === null ? 'sse-blank' : 'sse-dispatch', role, place: element }, true, tray);
  }

  /**
   * @param {number} end
   * @param {LineEnd} label
   * @param {boolean} isBlank
   * @param {Tray} tray
   */
  #putEnd(end, label, isBlank, tray) {
    tray.put(1, label.kind, label.role, { place: label.place });
    this.#cr = end === CR ? { ...label, isBlank } : null;
    this.#at = 'start';
    return 1;
  }
}
