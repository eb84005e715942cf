// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

/** The console's language with the browser's region, for dates and numbers: en-GB where the browser says so. */
export function useLocale(): string {
  const { i18n } = useTranslation();
  return navigator.languages.find((tag) => tag.split('-')[0] === i18n.language) ?? i18n.language;
}
