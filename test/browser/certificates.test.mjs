// SPDX-License-Identifier: Apache-2.0
// The pages about certificates: an organization moves to a certified authority and back, the clinic answers anybody,
// the audit trail shows what was done. The public authority is plain OpenSSL.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { api, check, launch, openPage, refused, screens, settled, signIn, turnTo, url } from './browser.mjs';

const person = `miren.${Date.now().toString(36)}`;

let browser, page, organization, contract, folder;
before(async () => {
  browser = await launch();
  page = await signIn(browser, 'wide-light');
  folder = mkdtempSync(join(tmpdir(), 'b4a-authority-'));
  for (const ledger of (await api('/ledgers')).items) {
    const exams = (await api(`/ledgers/${ledger.name}/contracts`)).items.find((c) => c.catalogue === 'exams');
    if (exams) [contract, organization] = [exams, ledger.organizations[0]];
  }
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const button = (label) => page.getByRole('button', { name: label, exact: true });
const dialog = () => page.getByRole('dialog');
const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

/** The public authority's answer to a request: its root, and what it certified. */
function certify(csr) {
  writeFileSync(join(folder, 'request.pem'), csr);
  writeFileSync(
    join(folder, 'issuing.cnf'),
    'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\n' +
      'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n',
  );
  openssl('req', '-x509', '-newkey', 'rsa:4096', '-nodes', '-keyout', 'root.key', '-out', 'root.pem', '-days', '3650',
    '-subj', '/C=ES/O=Stand-in authority/CN=Stand-in root', '-addext', 'basicConstraints=critical,CA:TRUE',
    '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-addext', 'subjectKeyIdentifier=hash');
  openssl('x509', '-req', '-in', 'request.pem', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '1825',
    '-sha256', '-extfile', 'issuing.cnf', '-out', 'issuing.pem');
  return ['issuing.pem', 'root.pem'].map((f) => join(folder, f));
}

const ended = async () => {
  // The one in the head is there from the beginning.
  const close = dialog().locator('footer').getByRole('button', { name: 'Close', exact: true });
  await close.waitFor({ timeout: 90_000 });
  assert.equal(await dialog().getByRole('alert').count(), 0, await dialog().innerText());
  await close.click();
  await dialog().waitFor({ state: 'detached' });
};

const keysHere = () => page.getByRole('grid', { name: 'Keys on this device' });

/** A holder's signing certificates, the newest last. */
async function all(holder) {
  const { items } = await api(`/certificates?org=${organization}&holder=${holder}`);
  return items.filter((c) => c.purpose === 'sign').sort((a, b) => Date.parse(a.issuedAt) - Date.parse(b.issuedAt));
}

/** Looks at a page on every screen. */
async function everywhere(label) {
  for (const screen of Object.keys(screens)) {
    await turnTo(page, screen);
    await check(page, `${screen}-${label}`, { axe: screen === 'wide-light' || screen === 'narrow-dark' });
  }
  await turnTo(page, 'wide-light');
}

/** Reads the demo's ledger with the key on this device. */
async function asks(holder) {
  const { ledger, name } = contract;
  await page.goto(`${url}/ledgers/${ledger}/contracts/${name}?function=ListSessions`);
  await settled(page);
  await page.getByLabel('In the name of').selectOption(organization);
  await page.getByLabel('Signed by').selectOption(`${holder}, with a key on this device`);
  await button('Query').click();
  await page.getByRole('heading', { name: 'Answer' }).waitFor();
}

test('a key is made in the browser', async () => {
  await page.goto(`${url}/organizations/${organization}/certificates`);
  await settled(page);
  await button('Get a certificate').click();
  await dialog().getByLabel('Name').fill(person);
  await dialog().getByLabel('Role').selectOption('Member: calls contracts');
  await dialog().getByRole('button', { name: 'Make key and get certificate' }).click();
  await dialog().waitFor({ state: 'detached' });
  await keysHere().getByText(person).waitFor();
});

test('a request is made, downloaded, certified and installed', async () => {
  await page.goto(`${url}/organizations/${organization}/authorities`);
  await settled(page);
  await button('Request certification').click();
  await check(page, 'authority-request-dialog');
  await dialog().getByRole('button', { name: 'Make requests' }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('Awaits certification').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Download: Request of ca-/ }).click();
  const files = certify(readFileSync(await (await download).path(), 'utf8'));
  await button('Install chain').click();
  await dialog().getByLabel('Chain').fill('-----BEGIN PRIVATE KEY-----');
  await dialog().getByRole('button', { name: 'Install', exact: true }).click();
  await dialog().getByText('This holds a private key').waitFor();
  await dialog().getByLabel('Chain').fill('');
  await dialog().locator('input[type=file]').setInputFiles(files);
  await check(page, 'authority-install-dialog');
  await dialog().getByRole('button', { name: 'Install', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('Ready to move to').waitFor();
  await check(page, 'authority-ready');
});

test('the move is rehearsed, and made while the ledger runs', async () => {
  await button('Move to it').click();
  await dialog().getByText('It would come through').waitFor();
  await check(page, 'authority-rehearsal');
  await dialog().getByRole('button', { name: 'Start the move' }).click();
  await ended();
  await page.getByText('Still trusted, issues no more').waitFor();
  await check(page, 'authority-moved');
});

test('the key in the browser follows: its certificate by the new authority is taken over, and signs', async () => {
  const serials = (await all(`member/${person}`)).map((c) => c.serial);
  assert.equal(serials.length, 2, 'the move did not issue the certificate again');
  await page.getByRole('tab', { name: 'Certificates' }).click();
  await keysHere().getByText('Issued again on the same key').waitFor();
  await keysHere().getByText(serials.at(-1).slice(0, 8)).waitFor();
  await check(page, 'key-followed');
  await asks(person);
});

test('the move is reverted, and the key follows back', async () => {
  await page.goto(`${url}/organizations/${organization}/authorities`);
  await settled(page);
  await button('Move back to the old one').click();
  await check(page, 'authority-revert-dialog');
  await dialog().getByRole('button', { name: 'Move back to the old one' }).click();
  await ended();
  await page.getByText('Removed').first().waitFor();
  const { serial } = (await all(`member/${person}`)).at(-1);
  await asks(person);
  await page.goto(`${url}/organizations/${organization}/certificates`);
  await settled(page);
  await keysHere().getByText(serial.slice(0, 8)).waitFor();
});

test('a request is discarded after a question', async () => {
  await page.goto(`${url}/organizations/${organization}/authorities`);
  await settled(page);
  await button('Request certification').click();
  await dialog().getByRole('button', { name: 'Make requests' }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Discard ca-/ }).click();
  await check(page, 'authority-discard-dialog');
  await dialog().getByRole('button', { name: 'Discard' }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('Awaits certification').waitFor({ state: 'detached' });
});

/** The row of a holder's newest certificate in the inventory. */
async function newestRow(holder) {
  const serial = (await all(holder)).at(-1).serial;
  return page.getByRole('grid', { name: 'Certificates', exact: true }).getByRole('row').filter({ hasText: serial.slice(0, 8) });
}

test('a certificate is held: its key here says so, and is no more offered to sign with', async () => {
  await page.goto(`${url}/organizations/${organization}/certificates`);
  await settled(page);
  const row = await newestRow(`member/${person}`);
  await row.getByRole('button', { name: /^Revoke/ }).click();
  await button('Revoke').click();
  await dialog().getByText('Choose one').waitFor();
  await dialog().getByLabel('On hold for the time being').check();
  await everywhere('revoke-dialog');
  await button('Put on hold').click();
  await ended();
  await row.getByText('On hold', { exact: true }).waitFor();
  await row.getByText(/since block \d+/).first().waitFor();
  await keysHere().getByText('An administrator of the organization can release it').waitFor();
  await everywhere('held');
  const { ledger, name } = contract;
  await page.goto(`${url}/ledgers/${ledger}/contracts/${name}?function=ListSessions`);
  await settled(page);
  await page.getByLabel('In the name of').selectOption(organization);
  await page.getByText(`These keys here cannot sign now: ${person}`).waitFor();
  await check(page, 'held-caller');
});

test('it is released, signs again, and is revoked for good since a block of the ledger', async () => {
  await page.goto(`${url}/organizations/${organization}/certificates`);
  await settled(page);
  let row = await newestRow(`member/${person}`);
  await row.getByRole('button', { name: /^Release/ }).click();
  await check(page, 'release-dialog');
  await button('Release').click();
  await ended();
  await asks(person);
  await page.goto(`${url}/organizations/${organization}/certificates`);
  await settled(page);
  row = await newestRow(`member/${person}`);
  await row.getByRole('button', { name: /^Revoke/ }).click();
  await dialog().getByLabel('Its key may be in wrong hands').check();
  await button('Revoke').click();
  await ended();
  await row.getByText('Revoked', { exact: true }).waitFor();
  await keysHere().getByText('Forget the key and get a certificate on a new one').waitFor();
  const { effects } = (await all(`member/${person}`)).at(-1);
  await row.getByRole('link', { name: `${effects[0].ledger}: since block ${effects[0].block}` }).click();
  await page.getByRole('heading', { level: 1, name: new RegExp(`${effects[0].block}`) }).waitFor();
});

test('what the platform works with is not revoked, and it says why', async () => {
  await page.goto(`${url}/organizations/${organization}/certificates`);
  await settled(page);
  const peer = await newestRow(`${organization}-peer0`);
  await peer.getByRole('button', { name: /^Revoke/ }).click();
  await dialog().getByLabel('It is not used any more').check();
  await refused(page, 409, async () => {
    await button('Revoke').click();
    await dialog().getByText('The platform works with this certificate').waitFor();
  });
  await check(page, 'revoke-refused');
  await button('Cancel').click();
});

test('a certificate of another authority is watched, until it is not', async () => {
  writeFileSync(join(folder, 'card.cnf'), 'authorityInfoAccess=OCSP;URI:http://ocsp.example.eus\nkeyUsage=critical,digitalSignature\n');
  openssl('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'card.key', '-out', 'card.csr', '-subj', '/C=ES/CN=Miren Agirre');
  openssl('x509', '-req', '-in', 'card.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '365', '-extfile', 'card.cnf', '-out', 'card.pem');
  await button('Watch a certificate').click();
  await dialog().getByRole('button', { name: 'Watch', exact: true }).click();
  await dialog().getByText('Choose one').waitFor();
  await dialog().getByLabel('Whose certificates here').selectOption(`member/${person}`);
  await dialog().locator('#watch-certificate-file').setInputFiles(join(folder, 'card.pem'));
  await dialog().locator('#watch-issuers-file').setInputFiles(join(folder, 'root.pem'));
  await everywhere('watch-dialog');
  await dialog().getByRole('button', { name: 'Watch', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  const watched = page.getByRole('grid', { name: 'Certificates of other authorities' });
  await watched.getByText(/Miren Agirre/).waitFor();
  await everywhere('watched');
  await watched.getByRole('button', { name: /^Stop watching/ }).click();
  await check(page, 'unwatch-dialog');
  await dialog().getByRole('button', { name: 'Stop watching' }).click();
  await dialog().waitFor({ state: 'detached' });
  await watched.waitFor({ state: 'detached' });
});

test('the clinic answers anybody, in their language, and never sends a private key', async () => {
  const stranger = await openPage(browser, 'wide-light', 'eu-ES');
  const asked = [];
  stranger.on('request', (r) => r.url().endsWith('/clinic') && r.method() === 'POST' && asked.push(r.postDataJSON()));
  await stranger.goto(`${url}/clinic`);
  await stranger.getByRole('heading', { level: 1, name: 'Ziurtagirien klinika' }).waitFor();
  await stranger.getByLabel('Zertarako den').selectOption('identity');
  await stranger.getByLabel('Ziurtagiriak, katea edo eskaera').fill(readFileSync(join(folder, 'root.key'), 'utf8'));
  await stranger.getByRole('button', { name: 'Aztertu' }).click();
  await stranger.getByText('Honek gako pribatu bat dauka').waitFor();
  assert.equal(asked.length, 0);
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ane.key', '-out', 'ane.pem', '-subj', '/CN=ane');
  await stranger.getByLabel('Ziurtagiriak, katea edo eskaera').fill('');
  await stranger.locator('input[type=file]').setInputFiles(join(folder, 'ane.pem'));
  await stranger.getByRole('button', { name: 'Aztertu' }).click();
  await stranger.getByRole('heading', { level: 2, name: 'Ez da onartuko' }).waitFor();
  await stranger.getByText('rsa_leaf', { exact: true }).waitFor();
  await check(stranger, 'clinic-refused-eu');
  assert.equal(asked[0].language, 'eu');
  await stranger.context().close();
});

test('the audit trail shows it all', async () => {
  await page.goto(`${url}/audit`);
  await settled(page);
  await page.getByLabel('Action', { exact: true }).fill('installAuthorities');
  await page.getByRole('button', { name: /^Show entry \d+: installAuthorities/ }).first().click();
  await dialog().getByText('Hash of the entry before').waitFor();
  await check(page, 'audit-entry');
  await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
  const download = page.waitForEvent('download');
  await button('Export').click();
  const lines = readFileSync(await (await download).path(), 'utf8').trim().split('\n').map((l) => JSON.parse(l));
  assert.ok(lines.length > 0 && lines.every((l) => l.action === 'installAuthorities'));
});

test('no script failed on the way', () => assert.deepEqual(page.problems, []));
