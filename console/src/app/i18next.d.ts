// SPDX-License-Identifier: Apache-2.0

import 'i18next';
import type texts from './locales/en.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    keySeparator: false;
    nsSeparator: false;
    resources: { translation: typeof texts };
  }
}
