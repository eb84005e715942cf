// SPDX-License-Identifier: Apache-2.0
// Fails when the first page needs more script than its budget: the entry, the sign-in and overview pages with all that
// they import, and the largest catalogue of texts, compressed as servers do.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 400 * 1024;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

const files = new Set();
const add = (key) => {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return;
  files.add(chunk.file);
  (chunk.imports ?? []).forEach(add);
};
const size = (file) => gzipSync(readFileSync(new URL(file, dist))).length;

['index.html', 'src/pages/session/SignInPage.tsx', 'src/pages/overview/OverviewPage.tsx'].forEach((key) => {
  if (!manifest[key]) throw new Error(`${key} is not in the manifest`);
  add(key);
});
const catalogues = Object.values(manifest).filter((c) => /locales\/\w+\.json$/.test(c.src ?? ''));
const catalogue = catalogues.map((c) => c.file).sort((a, b) => size(b) - size(a))[0];
if (catalogue) files.add(catalogue);

const rows = [...files].map((file) => [size(file), file]).sort((a, b) => b[0] - a[0]);
const total = rows.reduce((sum, [bytes]) => sum + bytes, 0);
rows.forEach(([bytes, file]) => console.log(`${(bytes / 1024).toFixed(1).padStart(8)} KiB  ${file}`));
console.log(`${(total / 1024).toFixed(1).padStart(8)} KiB  first page, gzip; the budget is ${budget / 1024} KiB`);
if (total > budget) process.exit(1);
