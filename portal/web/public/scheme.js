// Runs before anything is painted, so that a dark page is never light first. A file of its own, because the content
// security policy allows no inline script.
(() => {
  const root = document.documentElement;
  let wanted = 'auto';
  try {
    wanted = localStorage.getItem('leitwarte.scheme') || 'auto';
    root.lang = localStorage.getItem('leitwarte.language') || 'de';
  } catch {
    // Storage is switched off: the system's scheme and German.
  }
  const dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
