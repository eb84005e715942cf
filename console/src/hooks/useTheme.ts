// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';

const store = 'b4a-theme';

/** useTheme gives whether the page is dark: as chosen here before, else as the system is. */
export function useTheme(): [boolean, () => void] {
  const [dark, setDark] = useState(() => {
    const chosen = localStorage.getItem(store);
    return chosen ? chosen === 'dark' : window.matchMedia('(prefers-color-scheme: dark)').matches;
  });
  useEffect(() => {
    document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
  }, [dark]);
  const toggle = () => {
    localStorage.setItem(store, dark ? 'light' : 'dark');
    setDark(!dark);
  };
  return [dark, toggle];
}
