/*
 * Words in English for the lessons: the list, the bets, the run and what came of it. Part of en.js; what lessons themselves say is theirs.
 */

/** @type {Record<string, string>} */
export const enLessons = {
  'bar.lessons': 'Lessons',
  'bar.lessons-hint': 'Predict, run, explain: ten short lessons',
  'bar.docs': 'Docs',
  'bar.docs-hint': 'The reference, each sentence with its proof, in a tab of its own',

  'setting.lesson': 'Lesson',
  'setting.view': 'View',

  'lesson.list': 'Lessons',
  'lesson.note': 'Predict, run, explain: bet on what each lane will do, run it in your own browser, and read what was measured and why.',
  'lesson.number': 'Lesson {number} of {all}',
  'lesson.unknown': 'There is no lesson “{name}”. These there are:',
  'lesson.all': 'All lessons',
  'lesson.leave': 'Close',
  'lesson.leave-hint': 'Back to my own lanes',
  'lesson.back': 'Back',
  'lesson.back-hint': 'The lesson from its beginning, or the one before. In the teacher’s view also Page Up and ←',
  'lesson.next': 'Next',
  'lesson.next-hint': 'The next step of the lesson, or the next lesson. In the teacher’s view also Page Down and →',
  'lesson.teacher': 'Teacher’s view',
  'lesson.teacher-hint': 'Big type and one step after the other, for a class that looks at a screen',

  'lesson.phase.bet': 'Your bets',
  'lesson.phase.run': 'Your bets are placed',
  'lesson.phase.reveal': 'What was measured',
  'lesson.phase.explore': 'Turn the knobs',
  'lesson.run': 'Run and see',
  'lesson.run-some': 'Run with these bets',
  'lesson.run-none': 'Run without a bet',
  'lesson.again': 'Run again',
  'lesson.over': 'The run is over.',
  'lesson.tell': 'Tell the next answer',
  'lesson.explore': 'Turn the knobs',
  'lesson.after': 'Next lesson',
  'lesson.failed': 'The run did not come to its end, so nothing is told: {why}. Your bets stand; run it again.',

  'lesson.your-bet': 'your bet',
  'lesson.measured': 'measured',
  'lesson.measured-yours': 'your bet, and measured',
  'lesson.verdict.right': '✓ Right',
  'lesson.verdict.wrong': '✗ It went otherwise',
  'lesson.verdict.no-bet': 'Measured; you had not bet',
  'lesson.verdict.none': 'Not decided: nothing that is an answer was measured',
  'lesson.unusual': 'It usually comes out otherwise. In this run:',
  'lesson.sources': 'Read it in',
  'lesson.score': '{right} of {of} bets were right.',
  'lesson.all-right': 'All {of} bets were right.',
  'lesson.no-bets': 'No bets were placed.',
  'lesson.changed': 'With these knobs it came out otherwise',
  'lesson.unchanged': 'With these knobs each answer is what it was. The numbers below may differ.',
  'lesson.none': 'nothing that is an answer',
};
