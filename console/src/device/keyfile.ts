// SPDX-License-Identifier: Apache-2.0

import { integer, nothing, octetString, oid, pem, sequence, type Bytes } from './der';

/** OWASP's count for PBKDF2 with HMAC-SHA-256. */
const iterations = 600_000;

/** Encrypts a PKCS #8 key (RFC 5958) by PBES2 (RFC 8018): PBKDF2 with HMAC-SHA-256, AES-256-CBC. OpenSSL reads it. */
export async function encryptedKeyFile(pkcs8: Bytes, passphrase: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const secret = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase), 'PBKDF2', false, ['deriveKey']);
  const key = await crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    secret,
    { name: 'AES-CBC', length: 256 },
    false,
    ['encrypt'],
  );
  const data = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, pkcs8));
  const count = Uint8Array.of(iterations >> 16, (iterations >> 8) & 0xff, iterations & 0xff);
  const derivation = sequence(
    oid('1.2.840.113549.1.5.12'),
    sequence(octetString(salt), integer(count), sequence(oid('1.2.840.113549.2.9'), nothing())),
  );
  const cipher = sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(iv));
  const scheme = sequence(oid('1.2.840.113549.1.5.13'), sequence(derivation, cipher));
  return pem('ENCRYPTED PRIVATE KEY', sequence(scheme, octetString(data)));
}
