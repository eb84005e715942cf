// SPDX-License-Identifier: Apache-2.0

import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { OwnCertificate } from '../../api/account';
import { serve, show } from '../../test/render';
import { OwnCertificates } from './OwnCertificates';

const own = (serial: string, certificate: Partial<OwnCertificate['certificate']>, rest: Partial<OwnCertificate> = {}) =>
  ({
    organizationName: 'Bizkaia',
    external: false,
    ...rest,
    certificate: {
      organization: 'bizkaia', serial, holder: `member/${serial}`, role: 'client', keyKeptBy: 'holder', status: 'valid', pem: 'PEM',
      notAfter: '2027-11-01T00:00:00Z', ...certificate,
    },
  }) as OwnCertificate;

it('tells of each what became of it and what to do', async () => {
  const items = [
    own('fine', {}),
    own('old', { status: 'expiring' }, { renewedBy: 'fresh' }),
    own('soon', { status: 'expiring' }),
    own('theirs', { status: 'expired' }, { external: true }),
    own('custodial', { status: 'expiring', keyKeptBy: 'platform' }),
    own('gone', { status: 'revoked', reason: 'keyCompromise', revokedAt: '2026-11-01T00:00:00Z', effects: [{ ledger: 'azterketak', block: 12 }] }),
    own('held', { status: 'revoked', reason: 'certificateHold', revokedAt: '2026-11-01T00:00:00Z', heldBy: ['membership'] }),
  ];
  serve((r) => (r.url.includes('/account/certificates') ? [200, { items }] : [200, { name: 'ane', role: 'reader', actions: [] }]));
  show(<OwnCertificates />);
  await screen.findByText('member/fine');
  const row = (serial: string) => within(screen.getByText(`member/${serial}`).closest('tr') ?? document.body);
  expect(row('fine').getByText('Valid')).toBeVisible();
  expect(row('fine').queryByText(/issued/)).toBeNull();
  expect(row('old').getByText(/Issued again; the newest on this key/)).toBeVisible();
  expect(row('old').getByTitle('fresh')).toBeVisible();
  expect(row('soon').getByText(/Have a new one issued: an administrator/)).toBeVisible();
  expect(row('theirs').getByText(/by the organization's own authority/)).toBeVisible();
  expect(row('custodial').getByText(/The platform keeps its key and issues it again/)).toBeVisible();
  expect(row('gone').getByText(/Have one issued on a new key/)).toBeVisible();
  expect(row('gone').getByRole('link', { name: 'azterketak: since block 12' })).toBeVisible();
  expect(row('held').getByText('On hold')).toBeVisible();
  expect(row('held').queryByText(/Have/)).toBeNull();
});
