/*
 * Words in Chinese for what can be switched and chosen: a lane's switches, the pool of
 * clients, the sources. Part of zh.js.
 */

/** @type {Record<string, string>} */
export const zhSwitches = {
  'switches.open': '此通道的开关',
  'switches.title': '开关',
  'switches.note': '由服务器提供；更改自此通道下一次连接起生效。',
  'switches.courtesies': '礼节：好的服务器不用要求就会做的事',
  'switches.reset': '恢复默认',
  'switches.close': '关闭',

  'switch.encoding': '每个事件的写法；raw 以及 binary 中的字节不带时间，因此没有延迟可显示',
  'switch.mode': 'log：游标之后的全部事件；last：只要最新的一个',
  'switch.limit': '一个应答中最多的事件数',
  'switch.wait': '没有新事件时，请求保持多久',
  'switch.fanout': 'shared：编码一次，所有读者共用；stock：由现成的库为每个读者各编码一次',
  'switch.compression': '只为此读者做 gzip 压缩：字节更少，工作更多',
  'switch.flush': 'off：压缩器等缓冲区满了才放出事件',
  'switch.heartbeat': '沉默多久之后发一次，让代理和对端知道线路还通',
  'switch.heartbeat-as': '心跳的形式；脚本只看得到 event',
  'switch.dead-after': '读者毫无确认时，保留多久',
  'switch.retry': '告诉浏览器等待多久再回来；留空则由浏览器决定',
  'switch.sentinel': '结尾处的 data: [DONE]，与聊天服务的流相同',
  'switch.ids': 'id 行；没有它，浏览器就无从续传',
  'switch.first-bytes': '一开始就有内容；否则响应只先给出报头',
  'switch.unbuffered': '请代理不要扣住数据流',
  'switch.nodelay': 'TCP_NODELAY；没有它，内核可能会攒住小的写入（Nagle）',
  'switch.resume': '理会游标；否则连上来的只得到此后的事件',
  'switch.keep-alive': '请求共用一个 TCP 连接；否则每个请求各建一个',
  'switch.poll': '从应答到下一次提问的间隔',
  'switch.ws': '本页客户端给裸 WebSocket 添加的：重连与游标',
  'switch.fetch': '本页客户端给裸 fetch 添加的：重连与游标',

  'clients.title': '客户端',
  'clients.note': '每个读者在客户端池中占一个位置；同一客户端再次连接会接替自己的位置，没有空位的会被告知稍后再试。',
  'clients.empty': '现在没有人在读。',
  'clients.client': '客户端',
  'clients.job': '任务',
  'clients.transport': '传输方式',
  'clients.lag': '落后事件数',
  'clients.bytes': '套接字处',
  'clients.since': '已连接',
  'clients.max': '上限',
  'clients.max-hint': '最多可有多少客户端；已在其中的不受影响',
  'clients.remove': '移除',
  'clients.remove-hint': '断开 {client}，并在一分钟内拒绝它',
  'clients.removed': '已从 {job} 移除 {client}；一分钟之内它会被告知不要再来。',
  'clients.limited': '从现在起最多 {max} 个客户端；已在其中的不受影响。',

  'source.synthetic': '按计划产生的模拟进度，所有读者读到的都一样。',
  'source.hash': '对已开放目录中的一个文件计算 SHA-256。',
  'source.push': '由任何程序 POST 进来；任务运行后，这里会给出要输入的命令。',
  'source.replay': '重放以前保存的数据，取自已开放的目录。',
  'source.per-connection': '进度保存在连接上，如文章所写：重连就从头开始。这正是要看的教训。',
  'push.how': '此任务接收任何程序发来的事件，已收到 {count} 个。发一些给它：',
};
