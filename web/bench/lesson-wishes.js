/*
 * Grants what the views wish of the lessons: one is opened, bets are placed, it is run, told and explored, and the next one
 * comes. wishes.js grants all else.
 */

/** @typedef {import('./wishes.js').Wish} Wish */

/**
 * @param {import('../app.js').Page} page
 * @param {import('../views/screen.js').Screen} screen
 * @param {(change: Partial<import('../model/settings.js').Settings>) => void} adopt  puts it into the address
 * @param {() => void} leave  the page's own lanes are wanted back
 * @returns {Record<string, (wish: Wish) => unknown>}
 */
export function lessonActions(page, screen, adopt, leave) {
  const { lessons, player } = page;
  const show = (/** @type {string} */ name) => {
    step({ list: name === '' });
    open(name);
  };
  const open = (/** @type {string} */ name) => {
    // A run that somebody looks away from is of no use to the next lesson.
    if (player.onStage) leave();
    lessons.open = true;
    lessons.choose(name);
    adopt({ lesson: name, scenario: '', play: '', run: false });
    screen.build();
    screen.showLesson();
  };
  const close = () => {
    step({});
    leaveAll();
  };
  const leaveAll = () => {
    if (player.onStage) leave();
    lessons.open = false;
    lessons.choose('');
    adopt({ lesson: '', view: '' });
    screen.build();
  };
  const play = async () => {
    if (player.busy) return;
    await page.faults.clearMine();
    page.unfinished = '';
    page.watch.begin();
    const played = lessons.play();
    screen.showLesson();
    await played;
  };
  const explore = () => {
    lessons.tellAll();
    lessons.explore();
    screen.showLesson();
  };
  goAlong(open, () => lessons.open && leaveAll());
  return {
    lessons: () => (lessons.open ? close() : show('')),
    lesson: ({ name }) => (player.busy && lessons.state?.phase === 'run' ? null : show(name)),
    bet: ({ bet, answer }) => lessons.place(bet, answer),
    knob: ({ knob, value }) => lessons.turn(knob, value),
    'lesson-run': play,
    'lesson-explore': explore,
    'lesson-next': () => next(lessons, { show, play, explore }),
    'lesson-back': () => (player.busy ? null : back(lessons, show)),
    teacher: () => {
      adopt({ view: page.settings.view === 'teacher' ? '' : 'teacher' });
      screen.build();
      screen.showLesson();
    },
  };
}

/**
 * Goes where the browser's back and forward lead.
 * @param {(name: string) => void} open
 * @param {() => unknown} close
 */
function goAlong(open, close) {
  addEventListener('popstate', ({ state }) => {
    const name = new URL(location.href).searchParams.get('lesson') ?? '';
    // The list has no name for the address.
    if (name !== '' || state?.list) open(name);
    else close();
  });
}

/** Where one is now stays behind, for the browser's way back. @param {{list?: boolean}} state */
function step(state) {
  history.pushState(state, '', location.href);
}

/**
 * The next step: the run, an answer, the knobs, the next lesson.
 * @param {import('./lessons.js').Lessons} lessons
 * @param {{show: (name: string) => void, play: () => Promise<void>, explore: () => void}} steps
 */
function next(lessons, { show, play, explore }) {
  const { state } = lessons;
  if (!state) return show(lessons.list[0].name);
  if (state.phase === 'bet') return play();
  if (lessons.holdsBack) return lessons.tell();
  if (state.phase === 'reveal') return explore();
  const after = lessons.beside(1);
  if (state.phase === 'explore' && after) show(after);
}

/**
 * A lesson from its beginning, or the one before it.
 * @param {import('./lessons.js').Lessons} lessons
 * @param {(name: string) => void} show
 */
function back(lessons, show) {
  const { state } = lessons;
  if (state) show(state.phase === 'bet' ? lessons.beside(-1) ?? '' : state.lesson.name);
}
