// SPDX-License-Identifier: Apache-2.0

import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { show } from '../../test/render';
import { Elsewhere, providerName, providerUrl } from './Elsewhere';

it('comes back to the page that was wanted, without what only this browser may know', () => {
  expect(providerUrl('/api/v1/signin/giltza', '/ledgers?from=1#code=secret', 'eu')).toBe(
    '/api/v1/signin/giltza?return=%2Fledgers%3Ffrom%3D1&lang=eu',
  );
});

it('calls a provider by its name in the language, or in another', () => {
  expect(providerName({ eu: 'Gure kontua', en: 'Our account' }, 'dex', 'en')).toBe('Our account');
  expect(providerName({ eu: 'Gure kontua' }, 'dex', 'en')).toBe('Gure kontua');
  expect(providerName({}, 'dex', 'en')).toBe('dex');
});

it('offers providers and the certificate as links', () => {
  const methods = { local: true, providers: [{ id: 'dex', names: { en: 'Dex' }, url: '/api/v1/signin/dex' }], clientCertificate: '/api/v1/signin/clientcert' };
  show(<Elsewhere methods={methods} from="/" />);
  expect(screen.getByRole('link', { name: 'Sign in with Dex' })).toHaveAttribute('href', '/api/v1/signin/dex?return=%2F&lang=en');
  expect(screen.getByRole('link', { name: 'Sign in with a certificate' })).toHaveAttribute('href', '/api/v1/signin/clientcert?return=%2F&lang=en');
});
