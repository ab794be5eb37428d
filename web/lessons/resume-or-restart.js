/*
 * Progress that is kept on the connection, as in the article that this project grew out of, and what a cut makes of it.
 */
import { SOURCES } from './sources.js';

/** @type {import('./types.js').Lesson} */
export const resumeOrRestart = {
  name: 'resume-or-restart',
  title: { en: 'Resume or restart', zh: '续传还是重来' },
  question: { en: 'Whose is the progress: the connection’s or the job’s?', zh: '进度属于谁：连接，还是任务？' },
  scene: {
    en: 'A server counts from 0 to 100 percent on each connection, as tutorials like to show it: forty steps, then the end. After the twentieth every connection is cut. The EventSource sends Last-Event-ID, and the others that come back say just as well where they stand.',
    zh: '服务器在每个连接上各自从 0 数到 100%，教程里常这么写：四十步，然后结束。第二十步之后所有连接被切断。EventSource 会发 Last-Event-ID，其他会回来的也都报出自己读到哪里。',
  },
  scenario: 'resume-or-restart',
  native: null,
  bets: [
    {
      bet: 'sse', lanes: ['sse'],
      asks: { en: 'The EventSource comes back after 500 ms. What does it get?', zh: 'EventSource 在 500 ms 后回来。它会得到什么？' },
      answers: goesOn({ anew: {
        en: 'Last-Event-ID was sent, but the server has nothing to look it up in: the log went with the connection. All is told again from the first step, {events} events in place of 41. An id is a question; somebody must have kept the answer.',
        zh: 'Last-Event-ID 发了，服务器却无处可查：日志随连接一起没了。于是从第一步重新讲起，本来 41 个事件，变成 {events} 个。id 只是一个问题，总得有人保存着答案。',
      } }),
      usual: ['anew'],
      otherwise: {
        en: 'Usually it begins anew. Here it got {events} events and its log was unknown {unknown-epochs} times.',
        zh: '通常会重新开始。这一次它收到 {events} 个事件，有 {unknown-epochs} 次被告知日志已换。',
      },
      sources: [SOURCES.lastEventId, SOURCES.reconnecting],
    },
    {
      bet: 'ws-resume', lanes: ['ws-resume', 'fetch'],
      asks: { en: 'WebSocket and fetch, with scripts that come back and say where they stand:', zh: '带有重连脚本、会报出位置的 WebSocket 和 fetch：' },
      answers: goesOn({ anew: {
        en: 'Changing the transport changes nothing: the cursor is of a log that is no more ({unknown-epochs} time each). {events} events in place of 41.',
        zh: '换传输方式也没用：游标指向的日志已经不在了（各 {unknown-epochs} 次）。本来 41 个事件，变成 {events} 个。',
      } }),
      usual: ['anew'],
      otherwise: {
        en: 'Usually both begin anew. Here they got {events} events.',
        zh: '通常都会重新开始。这一次它们收到 {events} 个事件。',
      },
      sources: [SOURCES.webSocket, SOURCES.body],
    },
    {
      bet: 'poll', lanes: ['poll'],
      asks: { en: 'A poller, every 200 ms, with a cursor in each request:', zh: '每 200 ms 一次、每个请求都带游标的轮询：' },
      answers: goesOn({ anew: {
        en: 'Its connection was kept between the polls, and the progress on it. When that was cut, even the poller began at 0 again: {events} events on {connections} connections.',
        zh: '两次轮询之间，连接是保持的，进度就在那上面。连接一断，连轮询也从 0 重来：{events} 个事件，{connections} 个连接。',
      } }),
      usual: ['anew'],
      otherwise: {
        en: 'Usually it begins anew, too. Here it got {events} events on {connections} connections.',
        zh: '通常它也会重新开始。这一次是 {connections} 个连接上的 {events} 个事件。',
      },
      sources: [SOURCES.persistence],
    },
    {
      bet: 'ws', lanes: ['ws'],
      asks: { en: 'A WebSocket without a script:', zh: '没有脚本的 WebSocket：' },
      answers: goesOn({ gone: {
        en: 'It does not come back (close code {code}), so it has what it had: {percent} percent, in {events} events.',
        zh: '它不回来（关闭码 {code}），停在原来的地方：{percent}%，{events} 个事件。',
      } }),
      usual: ['gone'],
      otherwise: {
        en: 'Usually it stays away. Here it got {events} events.',
        zh: '通常它不再回来。这一次它收到 {events} 个事件。',
      },
      sources: [SOURCES.webSocket, SOURCES.closedHow],
    },
  ],
  knobs: [
    {
      knob: 'source', says: { en: 'The progress is kept', zh: '进度保存在' },
      values: [
        { says: { en: 'on each connection', zh: '每个连接上' }, set: [] },
        { says: { en: 'on the job, with a log', zh: '任务上，并有日志' }, set: ['feed.source=synthetic'] },
      ],
      look: {
        en: 'The same cut, the same clients. Now nobody begins anew: the cursor is of a log that outlived the connection.',
        zh: '同样的切断，同样的客户端。现在没有谁重新开始：游标所指的日志比连接活得更久。',
      },
    },
    {
      knob: 'ws', says: { en: 'The bare WebSocket has', zh: '那个没有脚本的 WebSocket' },
      values: [
        { says: { en: 'no script', zh: '没有脚本' }, set: [] },
        { says: { en: 'one that opens it again', zh: '由脚本重新打开' }, set: ['lane.ws.ws=restart', 'lane.ws.again=500ms'] },
      ],
      look: {
        en: 'Coming back without a cursor: does it look any different from coming back with one, as long as the progress is the connection’s?',
        zh: '不带游标回来：只要进度属于连接，它与带着游标回来看上去有区别吗？',
      },
    },
  ],
  next: 'chat-answers-by-post',
};

/** @param {{on?: import('./types.js').Text, anew?: import('./types.js').Text, gone?: import('./types.js').Text}} because @returns {import('./types.js').Answer[]} */
function goesOn({ on, anew, gone }) {
  return [
    { answer: 'on', says: { en: 'It goes on behind the last event it has.', zh: '从已有的最后一个事件之后继续。' }, when: { ended: true, events: { max: 41 } }, because: on },
    { answer: 'anew', says: { en: 'It begins again at the first step.', zh: '从第一步重新开始。' }, when: { events: { min: 42 } }, because: anew },
    { answer: 'gone', says: { en: 'Nothing more: it stays as it was.', zh: '什么也没有：停在原处。' }, when: { ended: false, opens: { min: 1 }, events: { max: 41 } }, because: gone },
  ];
}
