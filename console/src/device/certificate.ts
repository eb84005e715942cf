// SPDX-License-Identifier: Apache-2.0

import { fromBase64, toBase64, type Bytes } from './der';

/** The elements inside a constructed DER value, each with its tag and length. */
function elements(der: Bytes): Bytes[] {
  const found: Bytes[] = [];
  for (let at = contentOf(der); at < der.length; ) {
    const end = at + lengthOf(der.subarray(at));
    if (end > der.length) throw new Error('DER ends too soon');
    found.push(der.subarray(at, end));
    at = end;
  }
  return found;
}

/** Where a value's content begins. */
const contentOf = (der: Bytes): number => 2 + ((der[1] ?? 0) > 0x80 ? (der[1] ?? 0) - 0x80 : 0);

/** The length of a value with its tag and length. */
function lengthOf(der: Bytes): number {
  const short = der[1];
  if (short === undefined || short === 0x80) throw new Error('this is not DER');
  const start = contentOf(der);
  return start + (short < 0x80 ? short : der.subarray(2, start).reduce((n, byte) => n * 256 + byte, 0));
}

/** The SubjectPublicKeyInfo of a certificate (RFC 5280, 4.1) or of a request (RFC 2986, 4.1), in base64; PEM goes in. */
export function publicKeyOf(pem: string): string {
  const [, label, body] = /-----BEGIN (CERTIFICATE|CERTIFICATE REQUEST)-----([\s\S]+?)-----END/.exec(pem) ?? [];
  if (!body) throw new Error('this is neither a certificate nor a request');
  const [signed] = elements(fromBase64(body.replace(/\s/g, '')));
  const parts = signed ? elements(signed) : [];
  // A version before the serial number is optional in certificates; requests begin with theirs and the subject.
  const versioned = label === 'CERTIFICATE' && parts[0]?.[0] === 0xa0;
  const key = parts[label === 'CERTIFICATE' ? (versioned ? 6 : 5) : 2];
  if (!key) throw new Error('there is no public key');
  return toBase64(key);
}
