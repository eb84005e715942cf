// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import type { Certificate } from '../../api/organizations';
import { expiryCalendar } from './expiry';

const now = new Date(2026, 0, 15, 12).getTime();
const certificate = (serial: string, end: Date, status: Certificate['status'] = 'valid') =>
  ({ serial, status, notAfter: end.toISOString() }) as Certificate;

it('groups by month what expires within ninety days, the nearest first', () => {
  const months = expiryCalendar(
    [
      certificate('march', new Date(2026, 2, 1)),
      certificate('late-january', new Date(2026, 0, 30)),
      certificate('soon', new Date(2026, 0, 16)),
      certificate('over', new Date(2026, 0, 14), 'expired'),
      certificate('revoked', new Date(2026, 0, 20), 'revoked'),
      certificate('far', new Date(2026, 5, 1)),
    ],
    now,
  );
  expect(months.map((m) => [m.start.getMonth(), m.certificates.map((c) => c.serial)])).toEqual([
    [0, ['soon', 'late-january']],
    [2, ['march']],
  ]);
});

it('is empty when nothing expires', () => expect(expiryCalendar([], now)).toEqual([]));
