/*
 * A POST answered by an event stream, as chat services answer: what the format gives, and what only EventSource gives.
 */
import { comesBack } from './answers.js';
import { SOURCES } from './sources.js';

/** @type {import('./types.js').Lesson} */
export const chatAnswersByPost = {
  name: 'chat-answers-by-post',
  title: { en: 'Chat answers by POST', zh: '聊天用 POST 应答' },
  question: { en: 'Chat services answer a POST with server-sent events. What is lost with EventSource?', zh: '聊天服务用服务器发送事件应答 POST。不用 EventSource，失去了什么？' },
  scene: {
    en: 'An answer of 200 pieces, one every 20 ms, to a POST that fetch has sent; EventSource can only GET. After 120 pieces the streams are cut in the middle of one. One reader is bare, one has code to come back, one was stopped by its user after 30 pieces, and a poller looks on.',
    zh: '一个由 200 段组成的应答，每 20 ms 一段，应答的是 fetch 发出的 POST；EventSource 只会 GET。120 段之后，这些流在一段的中间被切断。一个读者什么都没加，一个有重连的代码，一个在 30 段之后被用户中止，还有一个轮询在旁边看着。',
  },
  scenario: 'post-stream',
  native: null,
  bets: [
    {
      bet: 'bare', lanes: ['bare'],
      asks: { en: 'The bare fetch, when its stream is cut:', zh: '什么都没加的 fetch，流被切断之后：' },
      answers: comesBack({ gone: {
        en: 'The format is the same, but the coming back was EventSource’s, not the format’s: the reader of the body got an error, and the last {missed} pieces never came.',
        zh: '格式是一样的，但重连是 EventSource 的本事，不是格式的：读响应体的一方得到一个错误，最后 {missed} 段再也没来。',
      } }),
      usual: ['gone'],
      otherwise: {
        en: 'Usually it does not come back. Here it ended as “{state}” with {missed} events missed.',
        zh: '通常它不会回来。这一次的结局是“{state}”，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.body, SOURCES.reconnecting],
    },
    {
      bet: 'resuming', lanes: ['resuming'],
      asks: { en: 'The fetch with code that says in its next POST what it has:', zh: '有代码在下一个 POST 里说明已有内容的 fetch：' },
      answers: comesBack({ back: {
        en: '{requests} requests, back after {wait}, {missed} pieces missed. Three things that EventSource has built in were written by hand here: when to come back, where to go on, and when to stop.',
        zh: '{requests} 个请求，{wait} 后回来，遗漏 {missed} 段。这里手写了 EventSource 自带的三件事：何时回来、从哪继续、何时罢休。',
      } }),
      usual: ['back'],
      otherwise: {
        en: 'Usually it misses nothing. Here it ended as “{state}” with {missed} events missed.',
        zh: '通常它什么也不缺。这一次的结局是“{state}”，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.post, SOURCES.lastEventId],
    },
    {
      bet: 'aborted', lanes: ['aborted'],
      asks: { en: 'The one whose user pressed “stop”:', zh: '用户按了“停止”的那个：' },
      answers: [
        {
          answer: 'quiet', says: { en: 'It ends without an error, and the server has nobody to send to.', zh: '没有错误地结束，服务器也不再有人可发。' }, when: { errors: 0, requests: 1, ended: false },
          because: {
            en: 'An abort closes the connection: {errors} errors, {events} pieces. Over HTTP/1.1 there is no other way to say “enough”, and the server learns of it by the closed connection alone. Whether the work behind it stops, too, is the server’s affair.',
            zh: '中止就是关闭连接：{errors} 个错误，收到 {events} 段。在 HTTP/1.1 上没有别的办法说“够了”，服务器只能从连接关闭得知。背后的工作停不停，是服务器自己的事。',
          },
        },
        { answer: 'error', says: { en: 'It ends with an error, like the one that was cut.', zh: '以错误结束，和被切断的一样。' }, when: { errors: { min: 1 } } },
        { answer: 'all', says: { en: 'The rest still comes: what was asked for is sent.', zh: '剩下的照样到：要过的就会发完。' }, when: { errors: 0, ended: true } },
      ],
      usual: ['quiet'],
      otherwise: {
        en: 'Usually it ends quietly. Here it ended as “{state}” with {errors} errors and {events} events.',
        zh: '通常它安静地结束。这一次的结局是“{state}”，{errors} 个错误，{events} 个事件。',
      },
      sources: [SOURCES.body, SOURCES.persistence],
    },
    {
      bet: 'poll', lanes: ['poll'],
      asks: { en: 'The poller that asks every 500 ms: when does it see a piece?', zh: '每 500 ms 问一次的轮询：什么时候看到一段？' },
      answers: [
        { answer: 'live', says: { en: 'As soon as it is made.', zh: '一产生就看到。' }, when: { missed: 0, delay: { max: 150 } } },
        {
          answer: 'heaps', says: { en: 'In heaps, up to half a second late; but it has all of them.', zh: '一批一批地看到，最多晚半秒；但一段不缺。' }, when: { missed: 0 }, spread: { delay: { min: 151 } },
          because: {
            en: 'Some 25 pieces at a time, delays of {delay}: no typing to watch. In return the cut did not touch it, and {requests} requests brought all {events} events.',
            zh: '一次约 25 段，延迟 {delay}：看不到逐字打出的效果。作为回报，切断没有碰到它，{requests} 个请求带回了全部 {events} 个事件。',
          },
        },
        { answer: 'loss', says: { en: 'It loses what lies between two polls.', zh: '两次轮询之间的会丢。' }, when: { missed: { min: 1 } } },
      ],
      usual: ['heaps'],
      otherwise: {
        en: 'Usually in heaps, and all of them. Here the delays were {delay}, and {missed} events were missed.',
        zh: '通常一批一批，一段不缺。这一次延迟 {delay}，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.persistence],
    },
  ],
  knobs: [
    {
      knob: 'fetch', says: { en: 'The bare fetch', zh: '那个什么都没加的 fetch' },
      values: [
        { says: { en: 'stays bare', zh: '保持原样' }, set: [] },
        { says: { en: 'comes back', zh: '会回来' }, set: ['lane.bare.fetch=restart', 'lane.bare.again=200ms'] },
        { says: { en: 'comes back and goes on', zh: '会回来并续传' }, set: ['lane.bare.fetch=resume', 'lane.bare.again=200ms'] },
      ],
      look: {
        en: 'Three readers of the same bytes. What each of them lacks at the end is the difference that code makes.',
        zh: '三种读者读同样的字节。最后各缺什么，就是代码造成的差别。',
      },
    },
    {
      knob: 'again', says: { en: 'The one with code waits', zh: '有代码的那个等待' },
      values: [
        { says: { en: '200 ms', zh: '200 ms' }, set: [] },
        { says: { en: '1 s', zh: '1 s' }, set: ['lane.resuming.again=1s'] },
      ],
      look: {
        en: 'A longer wait costs no piece, only time: what was made meanwhile comes in one heap.',
        zh: '多等不会丢任何一段，只费时间：期间产生的会一次涌来。',
      },
    },
  ],
  next: null,
};
