// Runs before the first paint: theme and language as the reader left them, so that night stays night.
(function () {
  var root = document.documentElement;
  var stored = null;
  try {
    stored = JSON.parse(localStorage.getItem('yujing.settings') || 'null');
  } catch {
    // forbidden or spoilt storage: as if nothing was chosen
  }
  var theme = (stored && stored.theme) || 'system';
  if (theme === 'system') theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  root.dataset.theme = theme;
  root.lang = stored && stored.lang === 'en' ? 'en' : 'zh-CN';
})();
