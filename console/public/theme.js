// SPDX-License-Identifier: Apache-2.0
// Runs before the first paint, so that a dark page never flashes white. The choice is kept by src/app/theme.ts.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('b4a.theme');
  } catch {
    // No storage: follow the system.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
})();
