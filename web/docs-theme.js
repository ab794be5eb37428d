/*
 * Light or dark for the documentation, before anything is drawn: what the system says. Classic and blocking for that reason; without it
 * the pages are light.
 */
document.documentElement.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => {
  document.documentElement.dataset.theme = matches ? 'dark' : 'light';
});
