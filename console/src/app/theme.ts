// SPDX-License-Identifier: Apache-2.0

import { useCallback, useEffect, useState } from 'react';

import { recall, remember } from '../hooks/storage';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const systemDark = '(prefers-color-scheme: dark)';

function apply(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && matchMedia(systemDark).matches);
  document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
}

function chosen(): Theme {
  const value = recall('b4a.theme');
  return themes.find((t) => t === value) ?? 'system';
}

/** The theme and how to change it. Until the person chooses, the page follows the system, also while it changes. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(chosen);
  useEffect(() => {
    apply(theme);
    const media = matchMedia(systemDark);
    const follow = () => apply(theme);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [theme]);
  const choose = useCallback((next: Theme) => {
    remember('b4a.theme', next);
    setTheme(next);
  }, []);
  return [theme, choose];
}
