// SPDX-License-Identifier: Apache-2.0

import type { SignatureRequest, ToSign } from '../api/signatures';
import { fromBase64, type Bytes } from './der';

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

function contains(whole: Uint8Array, part: Uint8Array): boolean {
  for (let at = whole.indexOf(part[0] ?? 0); at >= 0 && at + part.length <= whole.length; at = whole.indexOf(part[0] ?? 0, at + 1)) {
    if (equal(whole.subarray(at, at + part.length), part)) return true;
  }
  return false;
}

const nonceSize = 24;

/** Tells whether bytes are a Fabric SignatureHeader and nothing more: a creator (field 1), then a nonce (field 2). */
function isSignatureHeader(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x0a) return false;
  let size = 0;
  let at = 1;
  for (let shift = 0; shift <= 14; shift += 7) {
    const byte = bytes[at++] ?? 0;
    size |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  const nonce = at + size;
  return bytes.length === nonce + 2 + nonceSize && bytes[nonce] === 0x12 && bytes[nonce + 1] === nonceSize;
}

/**
 * Tells whether a message asks to sign the very content that a request shows: an update of a configuration follows a
 * signature header, an approval stands within its call.
 */
export function asksFor({ kind, content }: Pick<SignatureRequest, 'kind' | 'content'>, { step, message }: Pick<ToSign, 'step' | 'message'>): boolean {
  if (!content || (step === 'update') !== (kind === 'config-update')) return false;
  const wanted = fromBase64(content);
  const given = fromBase64(message);
  if (wanted.length === 0 || given.length < wanted.length) return false;
  if (step !== 'update') return contains(given, wanted);
  const start = given.length - wanted.length;
  return equal(given.subarray(start), wanted) && isSignatureHeader(given.subarray(0, start));
}

async function hexDigest(data: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What the key of an administrator's certificate signs when an organization takes its administration over. */
export async function administrationStatement(org: string, certificate: string): Promise<Bytes> {
  const body = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(certificate)?.[1];
  if (body === undefined) throw new Error('this is no certificate in PEM');
  const fingerprint = await hexDigest(fromBase64(body.replace(/\s/g, '')));
  return new TextEncoder().encode(
    `b4a: the organization ${org} administers itself, beginning with the certificate ${fingerprint}\n`,
  );
}
