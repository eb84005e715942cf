// SPDX-License-Identifier: Apache-2.0

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import { recall, remember } from '../hooks/storage';

/** The languages, each under its own name. */
export const languages = { eu: 'Euskara', es: 'Español', en: 'English' } as const;
export type Language = keyof typeof languages;

const catalogues: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
  eu: () => import('./locales/eu.json'),
  es: () => import('./locales/es.json'),
  en: () => import('./locales/en.json'),
};

export function isLanguage(value: string | null | undefined): value is Language {
  return value != null && Object.hasOwn(languages, value);
}

/** The language chosen before, else the first of the browser's that there is, else English. */
export function preferredLanguage(chosen: string | null, browser: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return browser.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  const catalogue = await catalogues[language]();
  i18next.addResourceBundle(language, 'translation', catalogue.default);
}

/** Shows the console in a language and remembers it. */
export async function chooseLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  remember('b4a.language', language);
}

/** Loads the texts of the preferred language; the page can be rendered afterwards. */
export async function startI18n(): Promise<void> {
  const language = preferredLanguage(recall('b4a.language'), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: {},
  });
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
