// SPDX-License-Identifier: Apache-2.0

import { bitString, oid, pem, sequence, tagged } from './der';
import { encryptedKeyFile } from './keyfile';
import { sign } from './signature';

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;

interface NewKey {
  /** Never extractable: the browser signs with it and gives it to nobody. */
  readonly key: CryptoKey;
  /** PKCS #10 request, PEM. */
  readonly csr: string;
  /** Encrypted PKCS #8, PEM, where a passphrase was given. */
  readonly file?: string;
}

/**
 * Makes a key and the request for its certificate. With a passphrase the key leaves once, as an encrypted file for its
 * owner; what the browser keeps is not extractable then either.
 */
export async function newKey(passphrase = ''): Promise<NewKey> {
  const exported = passphrase !== '';
  const pair = await crypto.subtle.generateKey(curve, exported, ['sign', 'verify']);
  const csr = await certificateRequest(pair);
  if (!exported) return { key: pair.privateKey, csr };
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  try {
    const file = await encryptedKeyFile(pkcs8, passphrase);
    return { key: await crypto.subtle.importKey('pkcs8', pkcs8, curve, false, ['sign']), csr, file };
  } finally {
    pkcs8.fill(0);
  }
}

/** PKCS #10 (RFC 2986) without a subject: the authority names the holder. */
async function certificateRequest({ publicKey, privateKey }: CryptoKeyPair): Promise<string> {
  const version = Uint8Array.of(0x02, 1, 0);
  const subject = sequence();
  const attributes = tagged(0xa0);
  const info = sequence(version, subject, new Uint8Array(await crypto.subtle.exportKey('spki', publicKey)), attributes);
  const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
  return pem('CERTIFICATE REQUEST', sequence(info, ecdsaWithSha256, bitString(await sign(privateKey, info))));
}
