/*
 * Grants what the views wish of a saved record, and of files that the page makes: the record, the timeline as SVG, the
 * tables as Markdown. wishes.js grants all else.
 */
import { RecordError } from '../model/saved-record.js';
import { markdownOf } from '../views/markdown.js';
import { download } from './download.js';

/** @typedef {import('./wishes.js').Wish} Wish */

/**
 * @param {import('../app.js').Page} page
 * @param {import('./conductor.js').Conductor} conductor
 * @param {import('../views/screen.js').Screen} screen
 * @param {() => void} live  puts up what the page's settings say, where a record's address has left it out
 * @returns {Record<string, (wish: Wish) => unknown>}
 */
export function savedActions(page, conductor, screen, live) {
  const { saved } = page;
  const stem = () => (saved.record ? saved.record.name.replace(/\.[^.]*$/, '') : `wirebench-${conductor.run.job ?? 'run'}`);
  const open = async (/** @type {Blob} */ file, /** @type {string} */ name) => {
    await saved.open(file, name);
    screen.showSaved();
  };
  return {
    'open-record': () => screen.chooseRecord(),
    'open-file': ({ file }) => open(file, file.name),
    'open-run': async ({ run }) => {
      const answer = await fetch(`/api/runs/${encodeURIComponent(run)}/record`);
      if (answer.ok) await open(await answer.blob(), `${run}.jsonl`);
      else saved.fail(run, new RecordError('no-run', { run }));
      if (!saved.shown) live();
    },
    'close-record': () => {
      saved.close();
      live();
      screen.focusOpen();
    },
    'forgive-record': () => saved.forgive(),
    'record-job': ({ job }) => saved.show(job),
    'play-record': () => saved.toggle(),
    'seek-record': ({ time }) => saved.seek(time),
    'record-speed': ({ speed }) => saved.setSpeed(speed),
    record: () => download(conductor.records.toLines(), 'application/x-ndjson', `${stem()}.jsonl`),
    'save-svg': () => {
      const image = screen.timelineImage();
      if (image) download(image, 'image/svg+xml', `${stem()}.svg`);
    },
    'save-markdown': () => download(markdownOf(screen.shownRun, screen.about(saved.record?.header?.title || stem())), 'text/markdown', `${stem()}.md`),
  };
}
