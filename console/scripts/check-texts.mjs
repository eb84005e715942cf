// SPDX-License-Identifier: Apache-2.0
// Every text is in every language, and every text that the code asks for by a literal key is there.
import { readdirSync, readFileSync } from 'node:fs';

const languages = ['eu', 'es', 'en'];
const flatten = (o, prefix = '') =>
  Object.entries(o).flatMap(([k, v]) => (typeof v === 'string' ? [prefix + k] : flatten(v, `${prefix}${k}.`)));
const texts = Object.fromEntries(
  languages.map((l) => [l, new Set(flatten(JSON.parse(readFileSync(`src/locales/${l}.json`, 'utf8'))))]),
);
const sources = (dir) =>
  readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? sources(`${dir}/${e.name}`) : /\.tsx?$/.test(e.name) && !/test|gen/.test(e.name) ? [`${dir}/${e.name}`] : [],
  );
const code = sources('src').map((f) => readFileSync(f, 'utf8')).join('\n');
const used = new Set([...code.matchAll(/\bt\('([^']+)'/g)].map((m) => m[1]));
const families = [...code.matchAll(/`([a-zA-Z]+)\.\$\{/g)].map((m) => m[1]);
const problems = [];
for (const l of languages) {
  for (const other of languages) for (const k of texts[other]) if (!texts[l].has(k)) problems.push(`${l}: missing ${k}`);
  for (const k of used) if (!texts[l].has(k) && !texts[l].has(`${k}_other`)) problems.push(`${l}: missing ${k}`);
}
for (const k of texts.en) {
  const base = k.replace(/_(one|other)$/, '');
  if (!used.has(base) && !families.some((f) => k.startsWith(`${f}.`))) problems.push(`unused ${k}`);
}
if (problems.length > 0) {
  console.error([...new Set(problems)].join('\n'));
  process.exit(1);
}
console.log(`${texts.en.size} texts in ${languages.length} languages`);
