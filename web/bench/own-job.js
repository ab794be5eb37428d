/*
 * The job this tab made last, kept over a reload: the address must stay repeatable
 * and so cannot name it.
 */
import { readJob, readJobs } from './api.js';
import { keep, kept } from './kept.js';

const KEY = 'wirebench-job';
const OVER = new Set(['done', 'failed', 'cancelled']);

/** @param {string} job */
export function rememberJob(job) {
  keep(KEY, job);
}

/** The job of this tab that still goes on, if there is one. */
export async function unfinishedJob() {
  const name = kept(KEY);
  if (!name) return '';
  const job = (await readJobs()).find((one) => one.job === name);
  return job && !OVER.has(job.state) ? name : '';
}

/**
 * Whether the bench has this job.
 * @param {string} job
 */
export function jobExists(job) {
  return readJob(job).then(() => true, (error) => {
    if (error.status === 404) return false;
    throw error;
  });
}
