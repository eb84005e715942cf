// SPDX-License-Identifier: Apache-2.0

import { integer, sequence, type Bytes } from './der';

/** The order of P-256 (FIPS 186-4, D.1.2.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toNumber = (bytes: Uint8Array): bigint => bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n);

function toBytes(n: bigint): Bytes {
  const hex = n.toString(16).padStart(64, '0');
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/**
 * The signature of P-256 as Fabric takes it. WebCrypto gives r and s one after the other (IEEE P1363), and s may be in
 * the upper half, which Fabric refuses; the form with the lower one is as valid.
 */
export function fabricSignature(raw: Uint8Array): Bytes {
  if (raw.length !== 64) throw new RangeError(`a signature of P-256 has 64 bytes, not ${raw.length}`);
  const s = toNumber(raw.subarray(32));
  return sequence(integer(raw.subarray(0, 32)), integer(toBytes(s > order / 2n ? order - s : s)));
}

/** Signs a message, of which WebCrypto makes the SHA-256 digest itself. */
export async function sign(key: CryptoKey, message: Bytes): Promise<Bytes> {
  return fabricSignature(new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, message)));
}
