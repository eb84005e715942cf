// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { administrationStatement, asksFor } from './consent';
import { toBase64 } from './der';

const bytes = (text: string) => toBase64(new TextEncoder().encode(text));
const header = `\n\u0007creator\u0012\u0018${'n'.repeat(24)}`;
const longHeader = `\n\u007f${'c'.repeat(127)}\u0012\u0018${'n'.repeat(24)}`;

it.each([
  ['config-update', 'update', 'update', `${header}update`, true],
  ['config-update', 'update', 'update', `${longHeader}update`, true],
  ['config-update', 'update', 'update', `${header}another update`, false],
  ['config-update', 'update', 'update', `header update`, false],
  ['config-update', 'update', 'update', `${header}update, and more`, false],
  ['config-update', 'update', 'update', `${header}updat`, false],
  ['config-update', 'update', 'transaction', `${header}update`, false],
  ['contract-approval', 'exams 1.0', 'proposal', 'call exams 1.0 of', true],
  ['contract-approval', 'exams 1.0', 'transaction', 'call exams 2.0 exams 1.0', true],
  ['contract-approval', 'exams 1.0', 'proposal', 'call exams 2.0 of', false],
  ['contract-approval', 'exams 1.0', 'update', 'exams 1.0', false],
  ['contract-approval', '', 'proposal', 'anything', false],
] as const)('%s of %j: the step %s of %j is it: %s', (kind, content, step, message, is) => {
  expect(asksFor({ kind, content: bytes(content) }, { step, message: bytes(message) })).toBe(is);
});

it('names the certificate by its fingerprint, as client/consent does', async () => {
  const pem = `-----BEGIN CERTIFICATE-----\n${bytes('certificate')}\n-----END CERTIFICATE-----\n`;
  expect(new TextDecoder().decode(await administrationStatement('araba', pem))).toBe(
    'b4a: the organization araba administers itself, beginning with the certificate ' +
      '03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72\n',
  );
});
