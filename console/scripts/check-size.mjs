// SPDX-License-Identifier: Apache-2.0
// The script that the first page loads must stay small: prints its gzip size and fails over the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 400 * 1024;
const html = readFileSync('dist/index.html', 'utf8');
const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((m) => m[1]);
const size = files.reduce((sum, f) => sum + gzipSync(readFileSync(`dist/${f}`)).length, 0);
console.log(`first page: ${(size / 1024).toFixed(0)} KiB of script, gzip (budget ${budget / 1024} KiB)`);
if (files.length === 0 || size > budget) process.exit(1);
