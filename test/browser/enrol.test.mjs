// SPDX-License-Identifier: Apache-2.0
// A key is made in the browser, certified, and signs a transaction of the demo's ledger; it never leaves the browser.

import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { api, check, launch, settled, signIn, url } from './browser.mjs';

const name = `ane.${Date.now().toString(36)}`;
const session = `e-${Date.now().toString(36)}`;
const passphrase = 'pasaesaldi luze bat';

let browser, page, ledger, organization;
const sent = [];
before(async () => {
  browser = await launch();
  page = await signIn(browser, 'wide-light');
  page.on('request', (r) => r.method() !== 'GET' && sent.push({ path: new URL(r.url()).pathname, body: r.postData() ?? '' }));
  for (const l of (await api('/ledgers')).items) {
    const { items } = await api(`/ledgers/${l.name}/contracts`);
    if (items.some((c) => c.catalogue === 'exams')) ledger = { ...l, contract: items.find((c) => c.catalogue === 'exams').name };
  }
  assert.ok(ledger, 'no ledger has the contract of exams');
  organization = ledger.organizations[0];
});
after(() => browser.close());

const button = (label) => page.getByRole('button', { name: label, exact: true });
const dialog = () => page.getByRole('dialog');

/** What the browser keeps of a key, as the console's own code finds it. */
const kept = (of) =>
  page.evaluate(
    ([org, holder]) =>
      new Promise((done, fail) => {
        const request = indexedDB.open('b4a');
        request.onerror = () => fail(request.error);
        request.onsuccess = () => {
          const get = request.result.transaction('keys').objectStore('keys').get([org, holder]);
          get.onsuccess = async () => {
            request.result.close();
            if (!get.result) return done(undefined);
            const { key, certificate } = get.result;
            const { type, extractable, usages } = key;
            const refusal = await crypto.subtle.exportKey('pkcs8', key).then(() => 'exported', (e) => e.name);
            done({ type, extractable, usages, refusal, certificate });
          };
        };
      }),
    [organization, of],
  );

test('a mistake is shown before a key is made', async () => {
  await page.goto(`${url}/organizations/${organization}/certificates`);
  await settled(page);
  await button('Get a certificate').click();
  await dialog().getByLabel('Name').fill('Añe');
  await dialog().getByRole('button', { name: 'Make key and get certificate' }).click();
  await dialog().getByText('Use up to 64 letters').waitFor();
  await check(page, 'enrol-mistake');
  await button('Cancel').click();
});

test('a key made in the browser is certified', async () => {
  await button('Get a certificate').click();
  await dialog().getByLabel('Name').fill(name);
  await dialog().getByLabel('Role').selectOption('Member: calls contracts');
  await dialog().getByLabel('Attributes').fill('b4a.role=registrar');
  await check(page, 'enrol-dialog');
  await dialog().getByRole('button', { name: 'Make key and get certificate' }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByRole('grid', { name: 'Keys on this device' }).getByText(name).waitFor();
  await check(page, 'enrolled');
  const key = await kept(name);
  assert.deepEqual([key.type, key.extractable, key.usages, key.refusal], ['private', false, ['sign'], 'InvalidAccessError']);
  const certificate = new X509Certificate(key.certificate.pem);
  assert.ok(certificate.subject.includes(`CN=${name}`), certificate.subject);
});

test('it signs a transaction that is committed', async () => {
  await page.goto(`${url}/ledgers/${ledger.name}/contracts/${ledger.contract}?function=CreateSession`);
  await settled(page);
  await page.getByLabel('In the name of').selectOption(organization);
  await page.getByLabel('Signed by').selectOption(`${name}, with a key on this device`);
  for (const [label, value] of [['Session *', session], ['Title *', 'June'], ['Date *', '2026-06-01']]) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
  sent.length = 0;
  await button('Submit transaction').click();
  await page.getByText(/Written in block \d+/).waitFor();
  await check(page, 'signed-in-browser');
  assert.deepEqual(sent.map((s) => s.path.split('/').at(-1)), ['proposals', 'endorsements', 'transactions']);
  const link = page.locator('.pf-v6-c-alert').getByRole('link').first();
  const id = (await link.getAttribute('href')).split('/').at(-1);
  const transaction = await api(`/ledgers/${ledger.name}/transactions/${id}`);
  assert.equal(transaction.valid, true);
  assert.ok(JSON.stringify(transaction).includes(name), 'the transaction is not by the holder of the key');
});

test('it asks a query too', async () => {
  await page.getByRole('navigation', { name: 'Functions' }).getByRole('link', { name: 'List sessions', exact: true }).click();
  sent.length = 0;
  await button('Query').click();
  await page.getByText(`"${session}"`).first().waitFor();
  assert.deepEqual(sent.map((s) => s.path.split('/').at(-1)), ['proposals', 'evaluations']);
});

test('a copy leaves only on purpose, encrypted, as a file; no request ever carries the key', async () => {
  await page.goto(`${url}/organizations/${organization}/certificates`);
  await settled(page);
  await button('Get a certificate').click();
  await dialog().getByLabel('Name').fill(`${name}.copy`);
  await dialog().getByLabel('Role').selectOption('Member: calls contracts');
  await dialog().getByLabel('Keep an encrypted copy').check();
  await dialog().getByLabel('Passphrase', { exact: false }).first().fill(passphrase);
  await dialog().getByLabel('Passphrase again').fill(passphrase);
  await check(page, 'enrol-copy');
  const download = page.waitForEvent('download');
  sent.length = 0;
  await dialog().getByRole('button', { name: 'Make key and get certificate' }).click();
  const file = await readFile(await (await download).path(), 'utf8');
  await dialog().waitFor({ state: 'detached' });
  const key = await kept(`${name}.copy`);
  assert.deepEqual([key.extractable, key.refusal], [false, 'InvalidAccessError']);
  const jwk = createPublicKey(key.certificate.pem).export({ format: 'jwk' });
  const { createPrivateKey } = await import('node:crypto');
  const own = createPrivateKey({ key: file, passphrase }).export({ format: 'jwk' });
  assert.deepEqual([own.x, own.y], [jwk.x, jwk.y], 'the file holds another key');
  const d = Buffer.from(own.d, 'base64url');
  assert.equal(sent.length, 1);
  for (const { body } of sent) {
    const carried = Buffer.concat([Buffer.from(body), ...(body.match(/[A-Za-z0-9+/=\\n]{40,}/g) ?? []).map((b) => Buffer.from(b.replaceAll('\\n', ''), 'base64'))]);
    assert.ok(!carried.includes(d) && !body.includes('PRIVATE KEY') && !body.includes(passphrase), 'a request carries the key');
  }
});

test('a key is forgotten after a question', async () => {
  await button(`Forget the key of ${name}.copy`).click();
  await check(page, 'forget-dialog');
  await dialog().getByRole('button', { name: 'Forget' }).click();
  await dialog().waitFor({ state: 'detached' });
  await button(`Forget the key of ${name}.copy`).waitFor({ state: 'detached' });
  assert.equal(await kept(`${name}.copy`), undefined);
  assert.ok(await kept(name));
});

test('no script failed on the way', () => assert.deepEqual(page.problems, []));
