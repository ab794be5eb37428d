/*
 * The job this tab made last, kept over a reload: the address must stay repeatable
 * and so cannot name it.
 */
import { readJob, readJobs } from './api.js';

const KEY = 'wirebench-job';
const OVER = new Set(['done', 'failed', 'cancelled']);

/** @param {string} job */
export function rememberJob(job) {
  try {
    sessionStorage.setItem(KEY, job);
  } catch {
    // A browser may forbid storage; then a reload forgets the run.
  }
}

/** The job of this tab that still goes on, if there is one. */
export async function unfinishedJob() {
  const name = remembered();
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

function remembered() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
