// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { displayKey, formatAbsolute, formatBytes, formatCountdown, formatDuration, formatMonth, formatRelative, prettyJson, shortId } from './format';

describe('formatBytes', () => {
  it.each([
    [0, 'en', '0 B'],
    [1023, 'en', '1,023 B'],
    [1024, 'en', '1 KiB'],
    [98_177_024, 'en', '93.6 MiB'],
    [98_177_024, 'es', '93,6 MiB'],
    [98_177_024, 'eu', '93,6 MiB'],
    [2 ** 60, 'en', '1,048,576 TiB'],
  ])('%d in %s', (bytes, locale, text) => expect(formatBytes(bytes, locale)).toBe(text));
});

describe('formatRelative', () => {
  const now = Date.parse('2026-06-01T12:00:00Z');
  it.each([
    [-5, 'en', 'now'],
    [-180, 'en', '3 minutes ago'],
    [-7_200, 'es', 'hace 2 horas'],
    [31_536_000, 'en', 'next year'],
    [-5, 'eu', 'orain'],
    [-60, 'eu', 'duela minutu bat'],
    [-180, 'eu', 'duela 3 minutu'],
    [3_600, 'eu', 'ordu bat barru'],
    [15 * 31_536_000, 'eu', '15 urte barru'],
  ])('%d s in %s', (seconds, locale, text) => expect(formatRelative(now + seconds * 1000, now, locale)).toBe(text));
});

it('writes Basque moments year first', () => {
  expect(formatAbsolute(new Date(2026, 10, 24, 9, 5, 3).getTime(), 'eu-ES')).toBe('2026/11/24 09:05:03');
});

it.each([
  [-3, '0 ms'],
  [240, '240 ms'],
  [1_340, '1.3 s'],
  [180_000, '3 min'],
])('formatDuration %d', (ms, text) => expect(formatDuration(ms, 'en')).toBe(text));

it('shortens long identifiers only', () => {
  expect(shortId('bizkaia-peer0')).toBe('bizkaia-peer0');
  expect(shortId('c6b333547dc94630a89cd109d4e91420')).toBe('c6b33354…1420');
});

it('indents JSON and leaves other text', () => {
  expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(prettyJson('not {json')).toBe('not {json');
});

it('shows composite keys by their parts', () => {
  expect(displayKey('\u0000result\u0000ekaina-2026\u0000euskara\u0000')).toBe('result › ekaina-2026 › euskara');
  expect(displayKey('plain')).toBe('plain');
});

it.each([
  [new Date(2026, 10, 1), 'en', 'November 2026'],
  [new Date(2026, 10, 1), 'es', 'noviembre de 2026'],
  [new Date(2026, 10, 1), 'eu', '2026ko azaroa'],
  [new Date(2025, 0, 31), 'eu', '2025eko urtarrila'],
  [new Date(2030, 0, 1), 'eu', '2030eko urtarrila'],
  [new Date(2040, 0, 1), 'eu', '2040ko urtarrila'],
])('the month of %s in %s', (time, locale, shown) => expect(formatMonth(time, locale)).toBe(shown));

it.each([
  [120_000, '2:00'],
  [119_001, '2:00'],
  [60_000, '1:00'],
  [9_400, '0:10'],
  [1, '0:01'],
  [0, '0:00'],
])('%d ms are left', (left, text) => expect(formatCountdown(left)).toBe(text));
