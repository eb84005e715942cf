// SPDX-License-Identifier: Apache-2.0

import { formatBasqueMoment, formatBasqueMonth, formatBasqueRelative } from './basque';

/** Chromium carries no data for Basque, which writes numbers as Spanish does. */
const numbers = (locale: string): string => (locale.startsWith('eu') ? 'es' : locale);

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export const formatNumber = (value: number, locale: string, digits = 0): string =>
  new Intl.NumberFormat(numbers(locale), { maximumFractionDigits: digits }).format(value);

/** Bytes in the largest unit that leaves a number of at least one: "1.5 MiB". */
export function formatBytes(bytes: number, locale: string): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  const digits = power === 0 || value >= 100 ? 0 : 1;
  return `${formatNumber(value, locale, digits)} ${units[power] ?? 'B'}`;
}

/** Start and end of a long identifier; short ones as they are. */
export function shortId(id: string, keep = 8): string {
  return id.length <= 2 * keep + 1 ? id : `${id.slice(0, keep)}…${id.slice(-4)}`;
}

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** A time as people say it: "3 minutes ago", "in 12 months". Seconds are "now" on purpose: they never stand still. */
export function formatRelative(time: number, now: number, locale: string): string {
  const seconds = (time - now) / 1000;
  if (locale.startsWith('eu')) return formatBasqueRelative(seconds);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return format.format(Math.round(seconds / length), unit);
  }
  return format.format(0, 'second');
}

export function formatAbsolute(time: number, locale: string): string {
  if (locale.startsWith('eu')) return formatBasqueMoment(new Date(time));
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(time);
}

/** A month of a year: "November 2026". */
export function formatMonth(time: Date, locale: string): string {
  if (locale.startsWith('eu')) return formatBasqueMonth(time);
  return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }).format(time);
}

/** Time between two moments: "240 ms", "1.3 s", "2 min". */
export function formatDuration(ms: number, locale: string): string {
  if (ms < 1000) return `${formatNumber(Math.max(0, ms), locale)} ms`;
  if (ms < 120_000) return `${formatNumber(ms / 1000, locale, 1)} s`;
  return `${formatNumber(ms / 60_000, locale)} min`;
}

/** JSON indented for people; other text as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A ledger key for people: Fabric's composite keys carry NUL between their parts. */
export function displayKey(key: string): string {
  return key.split('\u0000').filter(Boolean).join(' › ');
}

/** Milliseconds as minutes and seconds: 1:59. */
export function formatCountdown(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
