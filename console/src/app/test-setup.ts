// SPDX-License-Identifier: Apache-2.0
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';
import i18n from './i18n';

Object.defineProperty(window, 'matchMedia', {
  value: () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }),
});
void i18n.changeLanguage('en');
afterEach(() => cleanup());
