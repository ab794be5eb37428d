/*
 * Light or dark: what the address says, else what the system says, also when the
 * system changes its mind.
 */

const system = matchMedia('(prefers-color-scheme: dark)');

/**
 * @param {'auto'|'light'|'dark'} wanted
 */
export function setTheme(wanted) {
  const dark = wanted === 'auto' ? system.matches : wanted === 'dark';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

/** @param {''|'teacher'} view */
export function setView(view) {
  document.documentElement.dataset.view = view;
}

/** @param {() => void} onChange */
export function watchSystemTheme(onChange) {
  system.addEventListener('change', onChange);
}
