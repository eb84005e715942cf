// SPDX-License-Identifier: Apache-2.0
// @vitest-environment node

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as nodeSign, verify, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';

import { describe, expect, it } from 'vitest';

import { publicKeyOf } from './certificate';
import { fromBase64, integer, oid, pem, sequence, tagged, toBase64, type Bytes } from './der';
import { encryptedKeyFile } from './keyfile';
import { newKey } from './request';
import { fabricSignature, sign } from './signature';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const unhex = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'hex'));

describe('DER', () => {
  it.each([
    ['00', '020100'],
    ['0000', '020100'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['00ff01', '020300ff01'],
    ['000001', '020101'],
  ])('integer %s', (value, encoded) => expect(hex(integer(unhex(value)))).toBe(encoded));

  it('writes lengths in the short and the long form', () => {
    expect(hex(tagged(0x04, new Uint8Array(127))).slice(0, 4)).toBe('047f');
    expect(hex(tagged(0x04, new Uint8Array(128))).slice(0, 6)).toBe('048180');
    expect(hex(tagged(0x04, new Uint8Array(65_536))).slice(0, 10)).toBe('0483010000');
    expect(hex(sequence())).toBe('3000');
  });

  it('writes object identifiers', () => {
    expect(hex(oid('1.2.840.10045.4.3.2'))).toBe('06082a8648ce3d040302');
    expect(hex(oid('2.16.840.1.101.3.4.1.42'))).toBe('060960864801650304012a');
  });

  it('carries large bytes through base64', () => {
    const bytes = Uint8Array.from({ length: 100_003 }, (_, n) => n % 251);
    expect(Buffer.compare(fromBase64(toBase64(bytes)), bytes)).toBe(0);
  });
});

describe('signatures', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const raw = (r: bigint, s: bigint) => unhex(r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0'));

  it('turns a high s and leaves a low one', () => {
    expect(hex(fabricSignature(raw(1n, 1n)))).toBe('3006020101020101');
    expect(hex(fabricSignature(raw(1n, order - 1n)))).toBe('3006020101020101');
    const half = order / 2n;
    expect(fabricSignature(raw(5n, half + 1n))).toEqual(fabricSignature(raw(5n, half)));
  });

  it('keeps r positive', () => expect(hex(fabricSignature(raw(0x80n << 248n, 2n)))).toContain(`0221008${'0'.repeat(63)}`));

  it('refuses what is no signature of P-256', () => expect(() => fabricSignature(new Uint8Array(63))).toThrow(RangeError));

  it('is valid and low-S, time after time', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pkcs8 = Uint8Array.from(pair.privateKey.export({ format: 'der', type: 'pkcs8' }));
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const message = new TextEncoder().encode('azterketa');
    let turned = 0;
    for (let n = 0; n < 32; n++) {
      expect(verify('sha256', message, pair.publicKey, await sign(key, message))).toBe(true);
      const high = nodeSign('sha256', message, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
      const s = BigInt(`0x${high.subarray(32).toString('hex')}`);
      if (s > order / 2n) turned++;
      expect(verify('sha256', message, pair.publicKey, fabricSignature(Uint8Array.from(high)))).toBe(true);
    }
    expect(turned).toBeGreaterThan(0);
  });
});

/** The parts of a DER value that holds others. */
function parts(der: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < der.length; ) {
    const first = der[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first - 0x80;
    const length = more === 0 ? first : der.readUIntBE(at + 2, more);
    found.push(der.subarray(at, at + 2 + more + length));
    at += 2 + more + length;
  }
  return found;
}
const inside = (der: Buffer): Buffer => der.subarray((der[1] ?? 0) < 0x80 ? 2 : 2 + (der[1] ?? 0) - 0x80);
const bytesOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');

describe('requests', () => {
  it('are signed by the key that they hold, which is not extractable', async () => {
    const { key, csr, file } = await newKey();
    expect(key.extractable).toBe(false);
    expect(file).toBeUndefined();
    await expect(crypto.subtle.exportKey('pkcs8', key)).rejects.toThrow();
    const [info, algorithm, signature] = parts(inside(bytesOf(csr)));
    if (!info || !algorithm || !signature) throw new Error('not three parts');
    const [version, subject, spki, attributes] = parts(inside(info));
    expect(version?.toString('hex')).toBe('020100');
    expect(subject?.toString('hex')).toBe('3000');
    expect(attributes?.toString('hex')).toBe('a000');
    const holder = createPublicKey({ key: spki ?? Buffer.alloc(0), format: 'der', type: 'spki' });
    expect(verify('sha256', info, holder, inside(signature).subarray(1))).toBe(true);
    expect(() => new X509Certificate(bytesOf(csr))).toThrow();
  });

  it('can leave an encrypted copy for the owner', async () => {
    const { key, csr, file = '' } = await newKey('pasaesaldi luze bat');
    expect(key.extractable).toBe(false);
    const copy = createPrivateKey({ key: file, passphrase: 'pasaesaldi luze bat' });
    expect(copy.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    const publicOf = createPublicKey(copy).export({ format: 'der', type: 'spki' });
    expect(bytesOf(csr).includes(publicOf)).toBe(true);
    const message = new TextEncoder().encode('m');
    expect(verify('sha256', message, createPublicKey(copy), await sign(key, message))).toBe(true);
    expect(() => createPrivateKey({ key: file, passphrase: 'another' })).toThrow();
  }, 30_000);
});

describe('public keys', () => {
  it('are those of the certificates that Node trusts', () => {
    expect(rootCertificates.length).toBeGreaterThan(50);
    for (const certificate of rootCertificates) {
      const own = new X509Certificate(certificate).publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
      expect(publicKeyOf(certificate)).toBe(own);
    }
  });

  it('are the same in a request and in its certificate', async () => {
    const { csr } = await newKey();
    const spki = fromBase64(publicKeyOf(csr));
    expect(createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    const plain = () => sequence();
    const tbs = (...version: Bytes[]) => sequence(...version, integer(unhex('2a')), plain(), plain(), plain(), plain(), spki);
    for (const body of [tbs(tagged(0xa0, integer(unhex('02')))), tbs()]) {
      expect(publicKeyOf(pem('CERTIFICATE', sequence(body, plain())))).toBe(publicKeyOf(csr));
    }
  });

  it.each([
    ['', 'neither'],
    [pem('PRIVATE KEY', sequence()), 'neither'],
    [pem('CERTIFICATE', sequence()), 'no public key'],
    [pem('CERTIFICATE', unhex('300430823030')), 'too soon'],
    [pem('CERTIFICATE', unhex('30023080')), 'not DER'],
  ])('are not read from %j', (text, why) => {
    expect(() => publicKeyOf(text)).toThrow(why);
  });
});

it('makes another key file each time', async () => {
  const pkcs8 = Uint8Array.from(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'der', type: 'pkcs8' }));
  expect(await encryptedKeyFile(pkcs8, 'p')).not.toBe(await encryptedKeyFile(pkcs8, 'p'));
}, 30_000);
