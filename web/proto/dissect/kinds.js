/*
 * What bytes of a connection can be: the roles each kind may have, where the standards speak of it, and in a sentence
 * what it is for. The same table as src/proto/dissect/kind.rs, held equal by docs/reference/wire/kinds.md.
 */

/** @typedef {'head'|'framing'|'payload'|'heartbeat'|'control'|'unparsed'} Role */
/** @typedef {{roles: Role[], standard: string, says: string}} Facts */

/** @type {Role[]} */
export const ROLES = ['head', 'framing', 'payload', 'heartbeat', 'control', 'unparsed'];

/** @type {Record<string, Facts>} */
export const KINDS = {
  method: {
    roles: ['head'],
    standard: 'RFC 9112 §3.1',
    says: 'What is asked to be done: `GET` reads, `POST` brings something.',
  },
  target: {
    roles: ['head'],
    standard: 'RFC 9112 §3.2',
    says: 'Of what: the path and the query, with the cursor.',
  },
  version: {
    roles: ['head'],
    standard: 'RFC 9112 §2.3',
    says: '`HTTP/1.1`.',
  },
  status: {
    roles: ['head'],
    standard: 'RFC 9112 §4',
    says: 'The status code: three digits that say what came of the request.',
  },
  reason: {
    roles: ['head'],
    standard: 'RFC 9112 §4',
    says: 'The reason phrase, for people; no client reads it.',
  },
  space: {
    roles: ['head'],
    standard: 'RFC 9112 §3, §4, §5',
    says: 'Between the parts of a start line, or behind a field\'s value.',
  },
  'field-name': {
    roles: ['head'],
    standard: 'RFC 9110 §5.1',
    says: 'The name of a header field, in any case.',
  },
  'field-colon': {
    roles: ['head'],
    standard: 'RFC 9112 §5',
    says: 'The colon behind the name, and the space that is customary.',
  },
  'field-value': {
    roles: ['head'],
    standard: 'RFC 9110 §5.5',
    says: 'What the header field says.',
  },
  'line-end': {
    roles: ['head'],
    standard: 'RFC 9112 §2.2',
    says: 'CRLF, which ends each line of a head.',
  },
  'empty-line': {
    roles: ['head'],
    standard: 'RFC 9112 §2.1',
    says: 'The empty line that ends a head.',
  },
  'chunk-size': {
    roles: ['framing'],
    standard: 'RFC 9112 §7.1',
    says: 'How many bytes the chunk has, in hexadecimal.',
  },
  'chunk-extension': {
    roles: ['framing'],
    standard: 'RFC 9112 §7.1.1',
    says: 'What else is said of a chunk; recipients pass over what they do not know.',
  },
  'chunk-line-end': {
    roles: ['framing'],
    standard: 'RFC 9112 §7.1',
    says: 'CRLF behind a chunk\'s size.',
  },
  'chunk-end': {
    roles: ['framing'],
    standard: 'RFC 9112 §7.1',
    says: 'CRLF behind a chunk\'s bytes.',
  },
  'last-chunk': {
    roles: ['framing'],
    standard: 'RFC 9112 §7.1',
    says: 'The size 0: there are no more chunks.',
  },
  trailer: {
    roles: ['framing'],
    standard: 'RFC 9112 §7.1.2',
    says: 'A field that comes behind the body.',
  },
  'trailers-end': {
    roles: ['framing'],
    standard: 'RFC 9112 §7.1',
    says: 'The empty line that ends a chunked body.',
  },
  body: {
    roles: ['payload'],
    standard: 'RFC 9112 §6',
    says: 'A body that carries no elements, or whose elements are not told apart.',
  },
  'encoded-body': {
    roles: ['payload'],
    standard: 'RFC 9110 §8.4',
    says: 'A body under a coding, mostly gzip (RFC 1952): what is in it cannot be seen from outside.',
  },
  'feed-request': {
    roles: ['control'],
    standard: 'docs/reference/feed.md',
    says: 'What a fetch-stream asks for: it stands in the query elsewhere.',
  },
  answer: {
    roles: ['framing'],
    standard: 'docs/reference/feed.md',
    says: 'What a poll\'s answer says around its events: cursor, head, the commas between.',
  },
  element: {
    roles: ['payload'],
    standard: 'docs/reference/feed.md',
    says: 'An element in a body of HTTP: an event, or what the server says about the feed; or a command.',
  },
  'cbor-item': {
    roles: ['payload'],
    standard: 'RFC 8742 §2',
    says: 'An element in CBOR, one item of a sequence.',
  },
  'envelope-head': {
    roles: ['payload'],
    standard: 'docs/reference/feed.md',
    says: 'The number and the length before an element in the binary encoding.',
  },
  'envelope-bytes': {
    roles: ['payload'],
    standard: 'docs/reference/feed.md',
    says: 'The element of a binary envelope: its JSON, or bytes as they are.',
  },
  bom: {
    roles: ['framing'],
    standard: 'WHATWG HTML §9.2.5',
    says: 'A byte order mark before an event stream, which is passed over.',
  },
  'sse-name': {
    roles: ['framing', 'control'],
    standard: 'WHATWG HTML §9.2.5',
    says: 'The name of a field of an event stream.',
  },
  'sse-colon': {
    roles: ['framing', 'control'],
    standard: 'WHATWG HTML §9.2.5',
    says: 'The colon behind a field\'s name.',
  },
  'sse-space': {
    roles: ['framing', 'control'],
    standard: 'WHATWG HTML §9.2.6',
    says: 'The one space behind the colon that is none of the value.',
  },
  'sse-data': {
    roles: ['payload'],
    standard: 'WHATWG HTML §9.2.6',
    says: 'A line of an event\'s data.',
  },
  'sse-event': {
    roles: ['framing'],
    standard: 'WHATWG HTML §9.2.6',
    says: 'The type of the event, by which listeners are chosen.',
  },
  'sse-id': {
    roles: ['framing'],
    standard: 'WHATWG HTML §9.2.6',
    says: 'What a browser sends as `Last-Event-ID` when it comes back.',
  },
  'sse-retry': {
    roles: ['control'],
    standard: 'WHATWG HTML §9.2.6',
    says: 'After how many milliseconds to come back.',
  },
  'sse-unknown': {
    roles: ['framing'],
    standard: 'WHATWG HTML §9.2.6',
    says: 'The value of a field that no reader knows.',
  },
  'sse-comment': {
    roles: ['heartbeat'],
    standard: 'WHATWG HTML §9.2.7',
    says: 'A comment, with its colon: readers pass over it, proxies see that the line is alive.',
  },
  'sse-line-end': {
    roles: ['framing', 'control', 'heartbeat'],
    standard: 'WHATWG HTML §9.2.5',
    says: 'The end of a line: LF, CR or CRLF.',
  },
  'sse-dispatch': {
    roles: ['framing'],
    standard: 'WHATWG HTML §9.2.6',
    says: 'The blank line that ends an event\'s block and dispatches the event.',
  },
  'sse-blank': {
    roles: ['framing', 'control', 'heartbeat'],
    standard: 'WHATWG HTML §9.2.6',
    says: 'A blank line behind which no event comes, for the block has no data.',
  },
  'frame-opcode': {
    roles: ['framing', 'control', 'heartbeat'],
    standard: 'RFC 6455 §5.2',
    says: 'FIN, the reserved bits and the opcode: what the frame is, and whether it is the last of its message.',
  },
  'frame-length': {
    roles: ['framing', 'control', 'heartbeat'],
    standard: 'RFC 6455 §5.2',
    says: 'The mask bit and a length of up to 125; 126 and 127 say that the length follows.',
  },
  'frame-extended-length': {
    roles: ['framing', 'control', 'heartbeat'],
    standard: 'RFC 6455 §5.2',
    says: 'A length of 126 bytes or more, in two bytes or eight.',
  },
  'frame-mask': {
    roles: ['framing', 'control', 'heartbeat'],
    standard: 'RFC 6455 §5.3',
    says: 'The masking key: four bytes by which a client makes its payload unpredictable to proxies.',
  },
  'frame-payload': {
    roles: ['payload'],
    standard: 'RFC 6455 §5.6',
    says: 'A message, or a fragment of one.',
  },
  'frame-compressed': {
    roles: ['payload'],
    standard: 'RFC 7692 §6',
    says: 'A message that is compressed.',
  },
  'ping-payload': {
    roles: ['heartbeat'],
    standard: 'RFC 6455 §5.5.2',
    says: 'What a ping carries, and its pong brings back.',
  },
  'pong-payload': {
    roles: ['heartbeat'],
    standard: 'RFC 6455 §5.5.3',
    says: 'What the ping carried.',
  },
  'close-code': {
    roles: ['control'],
    standard: 'RFC 6455 §7.4',
    says: 'Why the connection is closed, as a number.',
  },
  'close-reason': {
    roles: ['control'],
    standard: 'RFC 6455 §7.1.6',
    says: 'Why the connection is closed, in words.',
  },
  unparsed: {
    roles: ['unparsed'],
    standard: '—',
    says: 'What stands behind a mistake, or was cut short.',
  },
};
