// SPDX-License-Identifier: Apache-2.0
import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../locales/en.json';
import es from '../locales/es.json';
import eu from '../locales/eu.json';

export const languages = { eu: 'Euskara', es: 'Español', en: 'English' } as const;
export type Language = keyof typeof languages;

const store = 'b4a-language';

function preferred(): Language {
  const wanted = [localStorage.getItem(store), ...navigator.languages].map((l) => l?.slice(0, 2));
  return (wanted.find((l) => l && l in languages) ?? 'en') as Language;
}

export function choose(language: Language) {
  localStorage.setItem(store, language);
  document.documentElement.lang = language;
  void i18n.changeLanguage(language);
}

void i18n.use(initReactI18next).init({
  resources: { eu: { translation: eu }, es: { translation: es }, en: { translation: en } },
  lng: preferred(),
  fallbackLng: 'en',
  keySeparator: '.',
  interpolation: { escapeValue: false },
});
document.documentElement.lang = i18n.language;

export default i18n;
