// Runs before the first paint, so that neither the theme nor the language flashes. Kept apart from the bundle because
// the page's policy forbids inline scripts. What it reads, app/visitor-memory.ts writes.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem('halo.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    if (localStorage.getItem('halo.locale') === 'en') root.lang = 'en';
  } catch {
    // A browser that refuses its store gets the system's theme and Russian.
  }
})();
