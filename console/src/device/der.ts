// SPDX-License-Identifier: Apache-2.0

/** The little of ASN.1's DER (X.690) that requests, signatures and key files need. */
export type Bytes = Uint8Array<ArrayBuffer>;

function concat(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function lengthOf(n: number): number[] {
  if (n < 0x80) return [n];
  const bytes: number[] = [];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export function tagged(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const content = concat(...parts);
  return concat(Uint8Array.of(tag, ...lengthOf(content.length)), content);
}

export const sequence = (...parts: readonly Uint8Array[]): Bytes => tagged(0x30, ...parts);
export const octetString = (content: Uint8Array): Bytes => tagged(0x04, content);
export const bitString = (content: Uint8Array): Bytes => tagged(0x03, Uint8Array.of(0), content);
export const nothing = (): Bytes => Uint8Array.of(0x05, 0);

/** An unsigned number, big-endian: without leading zeros, but for the one that keeps it positive. */
export function integer(value: Uint8Array): Bytes {
  let from = 0;
  while (from < value.length - 1 && value[from] === 0) from++;
  const digits = value.subarray(from);
  return tagged(0x02, (digits[0] ?? 0) >= 0x80 || digits.length === 0 ? concat(Uint8Array.of(0), digits) : digits);
}

/** An object identifier, written with dots. */
export function oid(name: string): Bytes {
  const [first = 0, second = 0, ...rest] = name.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift(0x80 | (left % 128));
    bytes.push(...groups);
  }
  return tagged(0x06, Uint8Array.from(bytes));
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

export function pem(label: string, bytes: Uint8Array): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
