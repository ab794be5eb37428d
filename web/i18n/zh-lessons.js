/*
 * Words in Chinese for the lessons. Part of zh.js; what lessons themselves say is theirs.
 */

/** @type {Record<string, string>} */
export const zhLessons = {
  'bar.lessons': '课程',
  'bar.lessons-hint': '先猜，再跑，后讲：十节短课',
  'bar.docs': '文档',
  'bar.docs-hint': '参考文档，每句话都附证明；在新标签页打开',

  'setting.lesson': '课程',
  'setting.view': '视图',

  'lesson.list': '课程',
  'lesson.note': '先猜，再跑，后讲：猜每个通道会怎样，在自己的浏览器里跑一遍，再看测到了什么、为什么。',
  'lesson.number': '第 {number} 课，共 {all} 课',
  'lesson.unknown': '没有名为“{name}”的课程。现有的课程：',
  'lesson.all': '全部课程',
  'lesson.leave': '关闭',
  'lesson.leave-hint': '回到我自己的通道',
  'lesson.back': '上一步',
  'lesson.back-hint': '从头再上这一课，或回到上一课。教师视图中也可按 Page Up 和 ←',
  'lesson.next': '下一步',
  'lesson.next-hint': '这一课的下一步，或下一课。教师视图中也可按 Page Down 和 →',
  'lesson.teacher': '教师视图',
  'lesson.teacher-hint': '大字号、一步一步来，适合全班看大屏幕',

  'lesson.phase.bet': '你的猜测',
  'lesson.phase.run': '猜测已定',
  'lesson.phase.reveal': '测到的结果',
  'lesson.phase.explore': '转动旋钮',
  'lesson.run': '运行并揭晓',
  'lesson.run-some': '就按这些猜测运行',
  'lesson.run-none': '不猜，直接运行',
  'lesson.again': '再运行一次',
  'lesson.over': '运行结束。',
  'lesson.tell': '揭晓下一个答案',
  'lesson.explore': '转动旋钮',
  'lesson.after': '下一课',
  'lesson.failed': '运行没有走到终点，因此没有结论：{why}。猜测仍然有效，请再运行一次。',

  'lesson.your-bet': '你的猜测',
  'lesson.measured': '实测',
  'lesson.measured-yours': '你的猜测，也是实测',
  'lesson.verdict.right': '✓ 猜对了',
  'lesson.verdict.wrong': '✗ 结果不同',
  'lesson.verdict.no-bet': '已测；你没有猜',
  'lesson.verdict.none': '无法判定：测到的不属于任何一个答案',
  'lesson.unusual': '通常不是这样。这一次：',
  'lesson.sources': '出处：',
  'lesson.score': '{of} 个猜测中对了 {right} 个。',
  'lesson.all-right': '{of} 个猜测全对。',
  'lesson.no-bets': '没有下任何猜测。',
  'lesson.changed': '转动这些旋钮后，结果不同了',
  'lesson.unchanged': '转动这些旋钮后，每个答案都没变。下面的数字可能不同。',
  'lesson.none': '不属于任何一个答案',
};
