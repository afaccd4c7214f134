// Runs before the first paint, so that a dark page never flashes white.
;(function () {
  var choice = null
  try {
    choice = localStorage.getItem('guicheng.appearance')
  } catch {
    // A browser that refuses storage follows the system.
  }
  var dark =
    choice === 'dark' || (choice !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
