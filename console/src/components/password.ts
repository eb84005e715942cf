// SPDX-License-Identifier: Apache-2.0

/** The platform's rules for passwords, so that mistakes show before anything is sent. */
export const passwordLength = { min: 12, max: 256 } as const;

/** What is wrong with a password that somebody chooses; undefined when nothing is. Characters count, not UTF-16 units. */
export function passwordFault(password: string, email = '', name = ''): 'length' | 'guessable' | undefined {
  const count = Array.from(password).length;
  if (count < passwordLength.min || count > passwordLength.max) return 'length';
  const plain = password.normalize('NFC').toLowerCase();
  const low = name.toLowerCase();
  const guesses = [email, email.split('@')[0] ?? '', low, low.replaceAll(' ', '')];
  return guesses.filter(Boolean).includes(plain) ? 'guessable' : undefined;
}
