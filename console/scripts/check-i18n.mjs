// SPDX-License-Identifier: Apache-2.0
// Fails unless every catalogue has exactly the keys that the source uses, with the same placeholders, and every key in
// the source is a literal.

import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../src/', import.meta.url);
const sources = readdirSync(root, { recursive: true }).filter((f) => /\.tsx?$/.test(f) && !/\.(test|gen)\.tsx?$/.test(f));
const complaints = [];
const used = new Set();
const call = /(?<![\w.])(?:t|i18n\.t)\(\s*(?:'([^']+)'|([^)\s][^,)]*))/g;
for (const file of sources) {
  const text = readFileSync(new URL(file, root), 'utf8');
  for (const [, literal, other] of text.matchAll(call)) {
    if (literal) used.add(literal);
    else complaints.push(`${file}: the key is not a literal: t(${other}`);
  }
  for (const [, key] of text.matchAll(/i18nKey="([^"]+)"/g)) used.add(key);
}

const plural = /_(zero|one|two|few|many|other)$/;
const placeholders = (text) => [...text.matchAll(/\{\{(\w+)/g)].map((m) => m[1]).sort().join();
const catalogues = Object.fromEntries(
  ['en', 'es', 'eu'].map((lang) => [lang, JSON.parse(readFileSync(new URL(`app/locales/${lang}.json`, root), 'utf8'))]),
);
for (const [lang, texts] of Object.entries(catalogues)) {
  const has = new Set(Object.keys(texts).map((k) => k.replace(plural, '')));
  for (const key of used) if (!has.has(key)) complaints.push(`${lang}: ${key} is missing`);
  for (const key of has) if (!used.has(key)) complaints.push(`${lang}: ${key} is not used`);
  for (const [key, text] of Object.entries(texts)) {
    if (text.trim() === '') complaints.push(`${lang}: ${key} is empty`);
    const reference = catalogues.en[key];
    if (reference === undefined) complaints.push(`${lang}: ${key} is not in en`);
    else if (!key.endsWith('_one') && placeholders(reference) !== placeholders(text)) {
      complaints.push(`${lang}: ${key} has other placeholders than in en`);
    }
  }
}
complaints.sort().forEach((c) => console.error(c));
console.log(`${used.size} texts in ${Object.keys(catalogues).length} languages`);
if (complaints.length > 0) process.exit(1);
