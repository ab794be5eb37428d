/*
 * The server goes away and comes back: which readers are there again?
 */
import { comesBack } from './answers.js';
import { SOURCES } from './sources.js';

/** @type {import('./types.js').Lesson} */
export const whoComesBack = {
  name: 'who-comes-back',
  title: { en: 'Who comes back', zh: '谁会回来' },
  question: { en: 'The server is away for two seconds. Which readers are there again, and what have they lost?', zh: '服务器离开两秒钟。哪些读者会重新出现，又丢了什么？' },
  scene: {
    en: 'A job tells its progress in 201 events, one every 20 ms. After the 20th the server restarts: every connection is cut, and for two seconds every new one is refused. The log is kept. Nobody touches the page.',
    zh: '一个任务用 201 个事件报告进度，每 20 ms 一个。第 20 个事件之后服务器重启：所有连接被切断，两秒之内的新连接一律被拒绝。日志保留着，页面上没有人动手。',
  },
  scenario: 'server-restart',
  native: null,
  bets: [
    {
      bet: 'sse', lanes: ['sse'],
      asks: { en: 'An EventSource, as the browser has it:', zh: '浏览器自带的 EventSource：' },
      answers: comesBack({ back: {
        en: 'The browser connects again by itself, however often it is refused: {attempts} attempts with the first one, {errors} error events, {wait} until the server saw it again. It sends the id of its last event as Last-Event-ID, and the server goes on behind that one.',
        zh: '浏览器自己重连，被拒绝多少次都不放弃：连第一次共 {attempts} 次尝试，{errors} 个 error 事件，过了 {wait} 服务器才又见到它。它把最后一个事件的 id 放在 Last-Event-ID 里发出，服务器就从那之后继续。',
      } }),
      usual: ['back'],
      otherwise: {
        en: 'It usually comes back and misses nothing. Here it ended as “{state}” with {missed} events missed.',
        zh: '它通常会回来，什么也不缺。这一次它的结局是“{state}”，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.reconnecting, SOURCES.lastEventId],
    },
    {
      bet: 'other-page', lanes: ['sse-other-page'],
      asks: { en: 'The same EventSource, in a page of another origin:', zh: '同样的 EventSource，但页面来自另一个源：' },
      answers: comesBack({
        back: {
          en: 'This browser makes no difference between its own origin and another one: it came back after {wait} and has everything. Not every browser does.',
          zh: '这个浏览器不区分同源与跨源：{wait} 之后它回来了，什么也不缺。并非每个浏览器都如此。',
        },
        gone: {
          en: 'This browser takes a refused connection to another origin as final: after {errors} error events the readyState is {ready} (CLOSED), and {missed} events are missed. The standard allows it to fail where it “knows that to be futile”. A page that must survive a restart has to make a new EventSource.',
          zh: '在这个浏览器看来，跨源连接一旦被拒绝就是定局：{errors} 个 error 事件之后 readyState 是 {ready}（CLOSED），遗漏 {missed} 个事件。标准允许浏览器在“明知徒劳”时放弃。要挺过重启，页面得自己新建一个 EventSource。',
        },
      }),
      usual: ['back', 'gone'],
      otherwise: {
        en: 'Browsers either come back with everything (Chromium) or give up at the first refusal (Firefox). Here it ended as “{state}” with {missed} events missed.',
        zh: '浏览器要么完整地回来（Chromium），要么第一次被拒绝就放弃（Firefox）。这一次的结局是“{state}”，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.eventSource, SOURCES.reconnecting],
    },
    {
      bet: 'ws', lanes: ['ws'],
      asks: { en: 'A WebSocket, as the browser has it:', zh: '浏览器自带的 WebSocket：' },
      answers: comesBack({ gone: {
        en: 'A WebSocket has no reconnect of its own. It was closed with code {code}, “abnormal closure”, and that was all: {missed} events missed.',
        zh: 'WebSocket 自身没有重连。它以关闭码 {code}（异常关闭）结束，之后再无动静：遗漏 {missed} 个事件。',
      } }),
      usual: ['gone'],
      otherwise: {
        en: 'A WebSocket usually stays away once its connection is lost. Here it ended as “{state}” with {missed} events missed.',
        zh: 'WebSocket 断了通常就不再回来。这一次的结局是“{state}”，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.webSocket, SOURCES.closeCodes],
    },
    {
      bet: 'ws-resume', lanes: ['ws-resume'],
      asks: { en: 'A WebSocket with a script that opens it again and says where it stands:', zh: '由脚本重新打开、并报出自己读到哪里的 WebSocket：' },
      answers: comesBack({ back: {
        en: 'The script does what an EventSource has built in: it tried {attempts} times with the first one, was back after {wait}, and asked from its last event on. Waits, cursor and end are the page’s own code.',
        zh: '脚本做到了 EventSource 自带的事：连第一次尝试 {attempts} 次，{wait} 后回来，从最后一个事件往后要。等待、游标和结束都由页面自己的代码负责。',
      } }),
      usual: ['back'],
      otherwise: {
        en: 'With such a script nothing is usually missed. Here it ended as “{state}” with {missed} events missed.',
        zh: '有这样的脚本通常什么也不缺。这一次的结局是“{state}”，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.webSocket, SOURCES.backOff],
    },
    {
      bet: 'poll', lanes: ['poll'],
      asks: { en: 'A poller that asks every 200 ms:', zh: '每 200 ms 问一次的轮询：' },
      answers: comesBack({ back: {
        en: 'For a poller each request is a new beginning. {errors} of them failed, the next one that got through brought everything behind its cursor.',
        zh: '对轮询来说，每个请求都是新的开始。其中 {errors} 个失败了，下一个成功的请求带回了游标之后的一切。',
      } }),
      usual: ['back'],
      otherwise: {
        en: 'A poller usually goes on as if nothing had been. Here it ended as “{state}” with {missed} events missed.',
        zh: '轮询通常若无其事地继续。这一次的结局是“{state}”，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.persistence],
    },
  ],
  knobs: [
    {
      knob: 'ids', says: { en: 'The server gives its events', zh: '服务器给事件' },
      values: [
        { says: { en: 'an id each', zh: '都带 id' }, set: [] },
        { says: { en: 'no ids', zh: '不带 id' }, set: ['lane.sse.ids=off'] },
      ],
      look: {
        en: 'Without ids the EventSource still comes back, but it has no Last-Event-ID to send. Look at what it missed, or got twice.',
        zh: '没有 id，EventSource 照样回来，却没有 Last-Event-ID 可发。看看它遗漏了什么，或者重复收到了什么。',
      },
    },
    {
      knob: 'ws', says: { en: 'The first WebSocket has', zh: '第一个 WebSocket' },
      values: [
        { says: { en: 'no script', zh: '没有脚本' }, set: [] },
        { says: { en: 'one that opens it again', zh: '由脚本重新打开' }, set: ['lane.ws.ws=restart', 'lane.ws.again=500ms'] },
        { says: { en: 'one that says where it stands, too', zh: '由脚本重新打开，并报出位置' }, set: ['lane.ws.ws=resume', 'lane.ws.again=500ms'] },
      ],
      look: {
        en: 'To be back is one thing, to have everything another: compare the events missed.',
        zh: '回来是一回事，什么都不缺是另一回事：比较遗漏的事件数。',
      },
    },
    {
      knob: 'retry', says: { en: 'The EventSource of the page’s own origin waits', zh: '同源的 EventSource 每次等待' },
      values: [
        { says: { en: '500 ms, as the server says', zh: '500 ms，由服务器规定' }, set: [] },
        { says: { en: '3 s', zh: '3 s' }, set: ['lane.sse.retry=3s'] },
      ],
      look: {
        en: 'The retry field sets the pace of coming back, and so the number of error events.',
        zh: 'retry 字段决定回来的节奏，也就决定了 error 事件的个数。',
      },
    },
  ],
  next: 'buffering-proxy',
};
