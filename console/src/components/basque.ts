// SPDX-License-Identifier: Apache-2.0
// Basque for times, which Chromium's Intl does not know: it would say "-3 min" and "2026 M11 24".

const steps: readonly [string, number][] = [
  ['urte', 31_536_000],
  ['hilabete', 2_592_000],
  ['egun', 86_400],
  ['ordu', 3_600],
  ['minutu', 60],
];

/** A distance from now, seconds, negative in the past: "duela 3 minutu", "ordu bat barru". */
export function formatBasqueRelative(seconds: number): string {
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) < length) continue;
    const count = Math.round(Math.abs(seconds) / length);
    const amount = count === 1 ? `${unit} bat` : `${count} ${unit}`;
    return seconds < 0 ? `duela ${amount}` : `${amount} barru`;
  }
  return 'orain';
}

const months = [
  'urtarrila', 'otsaila', 'martxoa', 'apirila', 'maiatza', 'ekaina', 'uztaila', 'abuztua', 'iraila', 'urria', 'azaroa', 'abendua',
] as const;

/** "2026ko azaroa"; years that end in a spoken consonant take -eko: 2025eko, 2030eko. */
export function formatBasqueMonth(time: Date): string {
  const year = time.getFullYear();
  const suffix = [1, 5].includes(year % 10) || year % 20 === 10 ? 'eko' : 'ko';
  return `${year}${suffix} ${months[time.getMonth()] ?? ''}`;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Year first, as Basque writes dates: "2026/11/24 15:38:26". */
export function formatBasqueMoment(time: Date): string {
  const date = `${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
