// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { preferredLanguage } from './i18n';

it.each([
  [null, ['eu-ES', 'es'], 'eu'],
  [null, ['fr', 'es-MX'], 'es'],
  [null, ['fr'], 'en'],
  [null, [], 'en'],
  ['es', ['eu'], 'es'],
  ['constructor', ['eu'], 'eu'],
] as const)('chosen %s, browser %j', (chosen, browser, language) => {
  expect(preferredLanguage(chosen, browser)).toBe(language);
});
