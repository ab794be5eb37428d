/*
 * Random bytes by each transport and encoding: what has to be written as text is a third longer.
 */
import { SOURCES } from './sources.js';

/** @typedef {import('./types.js').Text} Text */

/** @type {import('./types.js').Lesson} */
export const binaryOverText = {
  name: 'binary-over-text',
  title: { en: 'Binary over text', zh: '用文本传二进制' },
  question: { en: 'The payload is bytes, not text. Who pays for that?', zh: '负载是字节，不是文本。谁为此付出代价？' },
  scene: {
    en: 'Eight events of 64 KiB of random bytes each, by three transports and in several encodings. The measure is a WebSocket in raw binary messages: the bytes as they are, and a few for each frame.',
    zh: '八个事件，每个 64 KiB 随机字节，用三种传输方式、多种编码发送。以 raw 二进制消息的 WebSocket 为准绳：字节原样，每帧只多几个字节。',
  },
  scenario: 'binary-payload',
  native: null,
  bets: [
    {
      bet: 'sse', lanes: ['sse', 'sse-raw', 'sse-binary'],
      asks: { en: 'Server-sent events, whether the encoding is JSON, raw or binary:', zh: '服务器发送事件，无论编码是 JSON、raw 还是二进制：' },
      answers: longer({ third: {
        en: 'An event stream is UTF-8 text and nothing else, so bytes go through it in base64, four characters for three bytes, whatever the encoding is called: {bytes-down} against {ws-raw.bytes-down}.',
        zh: '事件流只能是 UTF-8 文本，字节只好写成 base64，三个字节变四个字符，无论编码叫什么名字：{bytes-down} 对 {ws-raw.bytes-down}。',
      } }),
      usual: ['third'],
      otherwise: otherwise('usually a third longer', '通常长三分之一'),
      sources: [SOURCES.parsing, SOURCES.base64],
    },
    {
      bet: 'fetch', lanes: ['fetch-cbor'],
      asks: { en: 'The same stream read by fetch, each event in CBOR, which has bytes:', zh: '用 fetch 读同样的流，每个事件写成能容纳字节的 CBOR：' },
      answers: longer({ third: {
        en: 'Who reads it makes no difference: it is still an event stream, so the CBOR goes into base64: {bytes-down}. A fetch could read any bytes, but then it would be no event stream.',
        zh: '谁来读都一样：它仍是事件流，CBOR 也得写成 base64：{bytes-down}。fetch 本可以读任何字节，但那就不是事件流了。',
      } }),
      usual: ['third'],
      otherwise: otherwise('usually a third longer', '通常长三分之一'),
      sources: [SOURCES.body, SOURCES.parsing],
    },
    {
      bet: 'ws', lanes: ['ws'],
      asks: { en: 'A WebSocket with the events in JSON:', zh: '事件写成 JSON 的 WebSocket：' },
      answers: longer({ third: {
        en: 'JSON has no bytes either. The transport could carry them, the encoding cannot write them: {bytes-down}.',
        zh: 'JSON 同样没有字节类型。传输方式运得了，编码却写不出：{bytes-down}。',
      } }),
      usual: ['third'],
      otherwise: otherwise('usually a third longer', '通常长三分之一'),
      sources: [SOURCES.base64, SOURCES.dataFrames],
    },
    {
      bet: 'ws-binary', lanes: ['ws-binary'],
      asks: { en: 'A WebSocket with the events in binary messages:', zh: '事件写成二进制消息的 WebSocket：' },
      answers: longer({ same: {
        en: 'A binary message is any bytes, with 10 before it from 65,536 bytes on: {bytes-down}. The envelope of the encoding adds a few more.',
        zh: '二进制消息可以是任何字节，从 65,536 字节起前面只多 10 个字节：{bytes-down}。编码的信封再加几个。',
      } }),
      usual: ['same'],
      otherwise: otherwise('usually hardly longer', '通常几乎不变'),
      sources: [SOURCES.dataFrames, SOURCES.frames],
    },
    {
      bet: 'poll', lanes: ['poll-binary'],
      asks: { en: 'A poller whose answers are binary:', zh: '应答为二进制的轮询：' },
      answers: longer({ same: {
        en: 'The body of an answer is any bytes, too; only its head is added: {bytes-down} in {requests} requests. A plain answer can do what an event stream cannot.',
        zh: '应答体也可以是任何字节，只多一个报头：{bytes-down}，{requests} 个请求。普通的应答能做到事件流做不到的事。',
      } }),
      usual: ['same'],
      otherwise: otherwise('usually hardly longer', '通常几乎不变'),
      sources: [SOURCES.body],
    },
  ],
  knobs: [
    {
      knob: 'size', says: { en: 'Bytes an event', zh: '每个事件的字节' },
      values: [
        { says: { en: '64 KiB', zh: '64 KiB' }, set: [] },
        { says: { en: '1 KiB', zh: '1 KiB' }, set: ['feed.size=1KiB'] },
        { says: { en: '32 B', zh: '32 B' }, set: ['feed.size=32'] },
      ],
      look: {
        en: 'The smaller the event, the less its encoding matters, and the more what carries it: look at the pollers’ bytes for each event.',
        zh: '事件越小，编码越不重要，运载它的东西越重要：看看轮询的每事件字节数。',
      },
    },
    {
      knob: 'payload', says: { en: 'The payload is', zh: '负载是' },
      values: [
        { says: { en: 'random bytes', zh: '随机字节' }, set: [] },
        { says: { en: 'text', zh: '文本' }, set: ['feed.payload=text'] },
      ],
      look: {
        en: 'Text needs no base64 in JSON or raw: an event stream is then no longer than the rest. In CBOR and binary it still goes through base64.',
        zh: '文本在 JSON 或 raw 里不需要 base64：事件流就不比别的长了。写成 CBOR 或二进制则仍要经过 base64。',
      },
    },
  ],
  next: 'the-herd',
};

/**
 * How long it is against the raw WebSocket. All of them get as many events, so that the bytes of each compare as all of them do.
 * @param {{same?: Text, third?: Text}} because
 * @returns {import('./types.js').Answer[]}
 */
function longer({ same, third }) {
  return [
    {
      answer: 'same', says: { en: 'Hardly longer than the bytes.', zh: '几乎不比字节本身长。' }, because: same,
      when: { 'bytes-down': { below: 'ws-raw', times: 1.2 } },
    },
    {
      answer: 'third', says: { en: 'A third longer.', zh: '长三分之一。' }, because: third,
      when: { 'bytes-down': { above: 'ws-raw', times: 1.2 }, 'bytes-per-event': { below: 'ws-raw', times: 1.7 } },
    },
    {
      answer: 'twice', says: { en: 'Twice as long, or more.', zh: '长一倍或更多。' },
      when: { 'bytes-per-event': { above: 'ws-raw', times: 1.7 } },
    },
  ];
}

/** @param {string} en @param {string} zh @returns {Text} */
function otherwise(en, zh) {
  return {
    en: `It is ${en}. Here {bytes-down} against {ws-raw.bytes-down}.`,
    zh: `${zh}。这一次是 {bytes-down} 对 {ws-raw.bytes-down}。`,
  };
}
