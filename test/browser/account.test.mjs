// SPDX-License-Identifier: Apache-2.0
// A person's own account: what became of her certificates, and what the inventory says of whose they are.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { api, check, launch, openPage, refused, screens, settled, signIn, turnTo, url } from './browser.mjs';

const name = `nerea.${Date.now().toString(36)}`;
const password = 'hodei zuria gailurrean';

let browser, page, operator, organization, person, folder;
before(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'b4a-account-'));
  [organization] = (await api('/ledgers')).items.find((l) => l.organizations.length > 1).organizations;
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** Has a certificate issued for the person, on a key that OpenSSL makes. */
async function issue(holder) {
  const file = (kind) => join(folder, `${holder}.${kind}`);
  execFileSync('openssl', ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('key'),
    '-out', file('csr'), '-subj', `/CN=${holder}`], { stdio: 'pipe' });
  const body = { csr: readFileSync(file('csr'), 'utf8'), name: holder, role: 'client', member: person };
  const { certificate } = await api(`/organizations/${organization}/certificates`, { method: 'POST', body: JSON.stringify(body) });
  return certificate.serial;
}

/** Starts an operation and waits for its end. */
async function operate(path, body) {
  const { operation } = await api(path, { method: 'POST', body: JSON.stringify(body) });
  for (;;) {
    const { state } = await api(`/operations/${operation.id}`);
    if (state === 'succeeded') return;
    assert.notEqual(state, 'failed');
  }
}

/** Puts sign-in settings into force. */
async function offer(settings) {
  const { revision } = await api('/signin-settings');
  const put = await api('/signin-settings', { method: 'PUT', body: JSON.stringify({ revision, settings }) });
  await api('/signin-settings/confirm', { method: 'POST', body: JSON.stringify({ revision: put.revision }) });
}

/** Looks at a page on every screen. */
async function everywhere(on, label) {
  for (const screen of Object.keys(screens)) {
    await turnTo(on, screen);
    await check(on, `${screen}-${label}`, { axe: screen === 'wide-light' || screen === 'narrow-dark' });
  }
  await turnTo(on, 'wide-light');
}

const mine = () => page.getByRole('grid', { name: 'Certificates', exact: true });
const row = (grid, holder) => grid.getByRole('row').filter({ hasText: `member/${holder}` });

test('who is invited has an account without certificates', async () => {
  const body = { email: `${name}@example.eus`, name: 'Nerea Olabarria', role: 'developer' };
  const invited = await api(`/organizations/${organization}/members`, { method: 'POST', body: JSON.stringify(body) });
  person = invited.member.person.id;
  page = await openPage(browser, 'wide-light');
  const link = new URL(invited.link);
  await refused(page, 401, async () => { // nobody is signed in yet
    await page.goto(url + link.pathname + link.hash);
    await page.locator('input[type=password]').waitFor();
  });
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL(`${url}/organizations/${organization}`);
  await page.goto(`${url}/account/certificates`);
  await page.getByText('You have no certificates').waitFor();
  await everywhere(page, 'account-no-certificates');
});

test('ways to sign in: what is offered can be linked, and why it was not is told', async () => {
  const { settings: before } = await api('/signin-settings');
  await offer({
    ...before,
    providers: [{
      id: 'kontua', kind: 'oauth2', names: { eu: 'Kontua', es: 'Cuenta', en: 'Account' }, clientId: 'b4a', clientAuth: 'none',
      authorizeUrl: 'https://kontua.example.eus/a', tokenUrl: 'https://kontua.example.eus/t', userinfoUrl: 'https://kontua.example.eus/u',
      fields: { subject: 'sub' },
    }],
  });
  await page.goto(`${url}/account/security?problem=identity_taken`);
  await settled(page);
  await page.getByRole('button', { name: 'Link: Account' }).waitFor();
  await page.getByText('opens another account here', { exact: false }).waitFor();
  await everywhere(page, 'account-security');
  await offer(before);
});

test('each certificate tells its state, since which block a ledger refuses it, and what to do', async () => {
  await issue(`${name}-a`);
  const gone = await issue(`${name}-b`);
  const held = await issue(`${name}-c`);
  const certificates = `/organizations/${organization}/certificates`;
  await operate(`${certificates}/${gone}/revoke`, { reason: 'keyCompromise' });
  await operate(`${certificates}/${held}/revoke`, { reason: 'certificateHold' });
  await page.goto(`${url}/account/certificates`);
  await settled(page);
  await row(mine(), `${name}-a`).getByText('Valid', { exact: true }).waitFor();
  await row(mine(), `${name}-b`).getByText('Have one issued on a new key', { exact: false }).waitFor();
  await row(mine(), `${name}-b`).getByRole('link', { name: /since block \d+/ }).first().waitFor();
  await row(mine(), `${name}-c`).getByText('an administrator of the organization can release it', { exact: false }).waitFor();
  await everywhere(page, 'account-certificates');
});

test('the inventory names the person, and offers to release only what was put on hold by itself', async () => {
  await page.goto('about:blank'); // her session ends
  await api(`/organizations/${organization}/members/${person}/suspend`, { method: 'POST' });
  operator = await signIn(browser, 'wide-light');
  await operator.goto(`${url}/organizations/${organization}/certificates`);
  await settled(operator);
  const inventory = operator.getByRole('grid', { name: 'Certificates', exact: true });
  const [suspended, both] = ['a', 'c'].map((key) => row(inventory, `${name}-${key}`));
  await suspended.getByText('On hold', { exact: true }).waitFor();
  await suspended.getByText('Key kept by its holder').waitFor();
  await suspended.getByText('The membership of its holder is suspended', { exact: false }).waitFor();
  assert.equal(await suspended.getByRole('button', { name: /^Release/ }).count(), 0);
  await both.getByRole('button', { name: /^Release/ }).waitFor();
  await everywhere(operator, 'inventory-holds');
  await suspended.getByRole('link', { name: 'People' }).click();
  await operator.getByText('Nerea Olabarria').waitFor();
});

test('her certificates in Basque and Spanish', async () => {
  await api(`/organizations/${organization}/members/${person}/resume`, { method: 'POST' });
  for (const language of ['eu', 'es']) {
    const other = await openPage(browser, 'narrow-light', `${language}-ES`);
    await other.goto(`${url}/signin`);
    await settled(other);
    await other.locator('#signin-email').fill(`${name}@example.eus`);
    await other.locator('#signin-password').fill(password);
    await other.locator('#signin-password').press('Enter');
    await other.waitForURL(`${url}/`);
    await other.goto(`${url}/account/certificates`);
    await settled(other);
    await check(other, `account-certificates-${language}`);
    await other.context().close();
  }
});

test('no script failed on the way', () => assert.deepEqual([...page.problems, ...operator.problems], []));
