// SPDX-License-Identifier: Apache-2.0

import type { Certificate } from '../../api/organizations';

/** How far the calendar looks ahead, in milliseconds. */
const ahead = 90 * 24 * 3_600_000;

interface Month {
  /** The first day of it, in the browser's time zone. */
  readonly start: Date;
  readonly certificates: readonly Certificate[];
}

/** The certificates that expire within ninety days, by month, the nearest first. What is over or revoked is no news. */
export function expiryCalendar(certificates: readonly Certificate[], now: number): Month[] {
  const soon = certificates
    .filter((c) => c.status !== 'revoked' && Date.parse(c.notAfter) > now && Date.parse(c.notAfter) <= now + ahead)
    .sort((a, b) => Date.parse(a.notAfter) - Date.parse(b.notAfter));
  const months = new Map<number, Certificate[]>();
  for (const c of soon) {
    const end = new Date(c.notAfter);
    const start = new Date(end.getFullYear(), end.getMonth(), 1).getTime();
    months.set(start, [...(months.get(start) ?? []), c]);
  }
  return [...months].map(([start, found]) => ({ start: new Date(start), certificates: found }));
}
