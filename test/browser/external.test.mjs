// SPDX-License-Identifier: Apache-2.0
// An organization brings its MSP: what the clinic says of it, the requests of its peer, its certificates and authorities.
// The organization's authority is plain OpenSSL.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { api, check, launch, settled, signIn, turnTo, url } from './browser.mjs';

let browser, page, folder;
before(async () => {
  browser = await launch();
  page = await signIn(browser, 'wide-light');
  folder = mkdtempSync(join(tmpdir(), 'b4a-external-'));
  for (const name of ['sign', 'tls']) {
    mkdirSync(join(folder, name));
    run(name, 'openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca-key.pem',
      '-out', 'ca.pem', '-days', '3650', '-subj', `/C=ES/O=Araba/CN=Araba ${name} root`, '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
  }
  for (const dir of ['cacerts', 'tlscacerts']) mkdirSync(join(folder, 'msp', dir), { recursive: true });
  copyFileSync(join(folder, 'sign', 'ca.pem'), join(folder, 'msp', 'cacerts', 'ca.pem'));
  copyFileSync(join(folder, 'tls', 'ca.pem'), join(folder, 'msp', 'tlscacerts', 'ca.pem'));
  const units = ['Client', 'Peer', 'Admin', 'Orderer'].map((r) => `  ${r}OUIdentifier: {OrganizationalUnitIdentifier: ${r.toLowerCase()}}\n`);
  writeFileSync(join(folder, 'msp', 'config.yaml'), `NodeOUs:\n  Enable: true\n${units.join('')}`);
  run('.', 'tar', '-czf', 'msp.tar.gz', 'msp');
  copyFileSync(join(folder, 'sign', 'ca-key.pem'), join(folder, 'msp', 'cacerts', 'key.pem'));
  run('.', 'tar', '-czf', 'with-key.tar.gz', 'msp');
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const run = (where, program, ...args) => execFileSync(program, args, { cwd: join(folder, where), stdio: 'pipe' });
const button = (label) => page.getByRole('button', { name: label, exact: true });
const dialog = () => page.getByRole('dialog');

test('an MSP is examined before it is sent, and imported', async () => {
  await page.goto(`${url}/organizations`);
  await settled(page);
  await button('Import organization').click();
  await dialog().getByLabel('Name').fill('Arabako Foru Aldundia');
  await dialog().getByLabel('Identifier').fill('araba-propio');
  await dialog().getByLabel('Kind').selectOption('public-body');
  await page.setInputFiles('#import-msp', join(folder, 'with-key.tar.gz'));
  await dialog().getByText('private key', { exact: false }).first().waitFor();
  await page.setInputFiles('#import-msp', join(folder, 'msp.tar.gz'));
  await dialog().getByRole('heading', { level: 2, name: 'It is accepted' }).or(dialog().locator('#report')).waitFor();
  await check(page, 'external-import');
  await dialog().getByRole('button', { name: 'Import organization' }).click();
  await page.waitForURL(`${url}/organizations/araba-propio`);
  await page.getByRole('heading', { name: 'Certificate requests of araba-propio-peer0' }).waitFor();
  await page.getByText('OU=peer', { exact: false }).first().waitFor();
});

for (const screen of ['narrow-dark', 'wide-light']) {
  test(`its page while its authority is waited for, ${screen}`, async () => {
    await turnTo(page, screen);
    await check(page, `external-awaited-${screen}`);
  });
}

test('what its authority certified is installed', async () => {
  const { items } = await api('/nodes/araba-propio-peer0/certificate-requests');
  const certificates = items.map(({ purpose, file, pem, commands }) => {
    writeFileSync(join(folder, purpose, file), pem);
    run(purpose, 'sh', '-ec', commands);
    return join(folder, purpose, file.replace('.csr', '.pem'));
  });
  await button('Install certificates').click();
  await page.setInputFiles('#certificates-pem-file', certificates);
  await page.waitForFunction(() => document.querySelector('#certificates-pem')?.value.split('BEGIN').length === 3);
  await check(page, 'external-install');
  await dialog().getByRole('button', { name: 'Install', exact: true }).click();
  await dialog().getByRole('button', { name: 'Close', exact: true }).last().waitFor({ timeout: 90_000 });
  assert.equal(await dialog().getByRole('alert').count(), 0, await dialog().innerText());
  await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
  await page.getByText('Active', { exact: true }).first().waitFor();
});

test('its authorities and certificates, with nothing that the platform would issue', async () => {
  await page.getByRole('tab', { name: 'Authorities' }).click();
  await page.getByText('Araba tls root', { exact: false }).first().waitFor();
  assert.equal(await button('Request certification').count(), 0);
  await check(page, 'external-authorities');
  await button('Replace revocation lists').click();
  await dialog().getByRole('button', { name: 'Bring it to the ledgers' }).click();
  await dialog().getByText('Choose at least one list').waitFor();
  await check(page, 'external-lists');
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('tab', { name: 'Certificates' }).click();
  await button('Record certificate').waitFor();
  assert.equal(await button('Renew certificates').count(), 0);
  await check(page, 'external-certificates');
  await turnTo(page, 'narrow-light');
  await check(page, 'external-certificates-narrow');
});

test('a certificate of its authority is recorded, and bound to a member, whose suspension holds it here', async () => {
  await turnTo(page, 'wide-light');
  const invited = await api('/organizations/araba-propio/members', {
    method: 'POST', body: JSON.stringify({ email: 'lide@example.eus', name: 'Lide Ruiz', role: 'developer' }),
  });
  const { code } = Object.fromEntries(new URLSearchParams(new URL(invited.link).hash.slice(1)));
  await api('/invitations/accept', { method: 'POST', body: JSON.stringify({ code, name: 'Lide Ruiz', password: 'lore gorriak leihoan' }) });
  const extensions = join(folder, 'lide.cnf');
  writeFileSync(extensions, 'keyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n');
  run('sign', 'openssl', 'req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'lide.key', '-out', 'lide.csr',
    '-subj', '/C=ES/O=Araba/OU=client/CN=lide');
  run('sign', 'openssl', 'x509', '-req', '-in', 'lide.csr', '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-days', '365', '-sha256',
    '-extfile', extensions, '-out', 'lide.pem');
  await page.reload();
  await button('Record certificate').click();
  await dialog().getByLabel('Holder').selectOption('member');
  await dialog().getByLabel('Name').fill('lide');
  await page.setInputFiles('#record-pem-file', join(folder, 'sign', 'lide.pem'));
  await check(page, 'external-record');
  await dialog().getByRole('button', { name: 'Record', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  const row = page.getByRole('grid', { name: 'Certificates', exact: true }).getByRole('row').filter({ hasText: 'member/lide' });
  await row.getByRole('button', { name: /^Whose the certificate/ }).click();
  await dialog().getByLabel('Whose it is').selectOption(invited.member.person.id);
  await check(page, 'external-bind');
  await turnTo(page, 'narrow-dark');
  await check(page, 'external-bind-narrow');
  await turnTo(page, 'wide-light');
  await dialog().getByRole('button', { name: 'Set', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  await row.getByText('Lide Ruiz').waitFor();
  await api(`/organizations/araba-propio/members/${invited.member.person.id}/suspend`, { method: 'POST' });
  await page.reload();
  await row.getByText("Ledgers take it until the organization's own authority has it on its list").waitFor();
  assert.equal(await row.getByRole('button', { name: /^Release/ }).count(), 0);
  await check(page, 'external-held');
});

test('in Basque', async () => {
  const basque = await signIn(browser, 'narrow-light', 'eu');
  await basque.goto(`${url}/organizations/araba-propio`);
  await basque.getByRole('heading', { name: 'araba-propio-peer0 nodoaren ziurtagiri-eskaerak' }).waitFor();
  await check(basque, 'external-eu');
});
