// SPDX-License-Identifier: Apache-2.0
// What people do, from the first organization to a committed transaction, by the names that they read on the screen.
// Everything made here has a name of its own, so that the story can be told twice on one platform.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { check, launch, openPage, refused, settled, signIn, signInLink, url } from './browser.mjs';

const id = `e2e-${Date.now().toString(36)}`;
const [first, second, ledger] = [`${id}-a`, `${id}-b`, `${id}-l`];
const session = `${id}-s`;

let browser, page;
before(async () => {
  browser = await launch();
  page = await signIn(browser, 'wide-light');
});
after(() => browser.close());

const button = (name) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const field = (name) => page.getByLabel(name);

async function createOrganization(name) {
  await page.goto(`${url}/organizations`);
  await settled(page);
  await button('Create organization').click();
  await dialog().getByLabel('Name').fill(`Test ${name}`);
  await dialog().getByLabel('Identifier').fill(name);
  await dialog().getByLabel('Kind').selectOption('University');
  await dialog().getByRole('button', { name: 'Create organization' }).click();
  await dialog().getByRole('button', { name: 'Open the organization' }).click();
  await page.getByRole('heading', { level: 1, name: `Test ${name}` }).waitFor();
}

test('a link signs in once; a used one and a wrong one are explained', async () => {
  const link = await signInLink();
  const owner = await openPage(browser, 'wide-light');
  await owner.goto(link);
  await owner.waitForURL(`${url}/`);
  await owner.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await owner.context().close();
  for (const used of [link, `${url}/signin#code=not-a-code-that-was-ever-issued`]) {
    const other = await openPage(browser, 'wide-light');
    await refused(other, 401, async () => {
      await other.goto(used);
      await other.getByRole('alert').waitFor();
      await check(other, 'signin-refused');
    });
    await other.goto(`${url}/ledgers`);
    await other.waitForURL(`${url}/signin`);
    await other.context().close();
  }
});

test('a mistake is shown at its field before anything is sent', async () => {
  await page.goto(`${url}/organizations`);
  await settled(page);
  await button('Create organization').click();
  await dialog().getByRole('button', { name: 'Create organization' }).click();
  await dialog().getByText('This is needed').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'organization-name');
  await check(page, 'organization-mistake');
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
});

test('organizations are created', async () => {
  await createOrganization(first);
  await createOrganization(second);
});

test('a ledger is created between them', async () => {
  await page.goto(`${url}/ledgers`);
  await settled(page);
  await button('Create ledger').first().click();
  await dialog().getByLabel('Name').fill(ledger);
  for (const name of [first, second]) await dialog().getByLabel(`Test ${name}`).check();
  await check(page, 'ledger-dialog');
  await dialog().getByRole('button', { name: 'Create ledger' }).click();
  await dialog().getByRole('button', { name: 'Open the ledger' }).click();
  await page.getByRole('link', { name: 'Block 0' }).waitFor();
});

test('a contract is deployed on it', async () => {
  await page.getByRole('tab', { name: 'Contracts' }).click();
  await button('Deploy contract').first().click();
  await dialog().getByRole('radio', { name: /exams/ }).check();
  await check(page, 'deploy-dialog');
  await dialog().getByRole('button', { name: 'Deploy contract' }).click();
  await dialog().getByText('Wait for its first answer').waitFor();
  await dialog().getByRole('button', { name: 'Open the contract' }).click();
  await page.getByRole('heading', { level: 1, name: 'exams' }).waitFor();
});

test('an application is registered and its bundle downloaded', async () => {
  await page.goto(`${url}/organizations/${first}/applications`);
  await settled(page);
  await button('Register application').click();
  await dialog().getByLabel('Name').fill('registrar');
  await dialog().getByLabel('Kept by the platform').check();
  await dialog().getByLabel('Attributes').fill('b4a.role=registrar,examiner');
  await check(page, 'application-dialog');
  await dialog().getByRole('button', { name: 'Register application' }).click();
  const bundle = page.waitForEvent('download');
  await button('Download the connection bundle of registrar').click();
  assert.match((await bundle).suggestedFilename(), /\.zip$/);
});

async function call(name, values) {
  await page.getByRole('navigation', { name: 'Functions' }).getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 2, name: new RegExp(name) }).waitFor();
  assert.ok(!(await page.getByLabel('Function', { exact: true }).isVisible()), 'two ways to choose a function');
  if ((await field('In the name of').inputValue()) === '') await field('In the name of').selectOption(first);
  if ((await field('Signed by').inputValue()) === '') await field('Signed by').selectOption('Application registrar');
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
}

test('a transaction is committed and shown', async () => {
  await page.goto(`${url}/ledgers/${ledger}/contracts/exams`);
  await settled(page);
  await call('Create session', { 'Session *': session, 'Title *': 'June', 'Date *': '2026-06-01' });
  await button('Submit transaction').click();
  await page.getByText(/Written in block \d+/).waitFor();
  await check(page, 'committed');
  await page.getByRole('main').getByRole('alert').or(page.locator('.pf-v6-c-alert')).getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: 'CreateSession' }).waitFor();
  await page.getByText('Valid: the members').waitFor();
  await page.goBack();
});

test('what the contract refuses is explained in its own words', async () => {
  await page.goto(`${url}/ledgers/${ledger}/contracts/exams`);
  await settled(page);
  await call('Create session', { 'Session *': session, 'Title *': 'June', 'Date *': '2026-06-01' });
  await refused(page, 422, async () => {
    await button('Submit transaction').click();
    await page.getByRole('alert').getByText('session_exists', { exact: true }).waitFor();
    await check(page, 'refused');
  });
});

test('a private input stays private, and a query reads without a trace', async () => {
  await call('Record result', { 'Session *': session, 'Subject *': 'euskara', 'Student reference *': 'abc-0001', 'mark *': '7.5' });
  await button('Make at random').click();
  await button('Submit transaction').click();
  await page.getByText(/Written in block \d+/).waitFor();
  await page.locator('.pf-v6-c-alert').getByRole('link').first().click();
  await page.getByText('Private inputs are not shown').waitFor();
  assert.ok(!(await page.getByRole('main').innerText()).includes('7.5'));
  await page.goto(`${url}/ledgers/${ledger}/contracts/exams`);
  await settled(page);
  await call('List sessions', {});
  assert.equal(await button('Submit transaction').count(), 0, 'a function that only reads is submitted');
  const sent = [];
  page.on('request', (r) => r.method() === 'POST' && sent.push(r.url().split('/').at(-1)));
  await button('Query').click();
  await page.getByText(`"${session}"`).first().waitFor();
  assert.deepEqual(sent, ['evaluate']);
});

test('a node is restarted after a question', async () => {
  await page.goto(`${url}/nodes/${second}-peer0`);
  await settled(page);
  await button('Restart').click();
  await check(page, 'restart-dialog');
  await dialog().getByRole('button', { name: 'Restart' }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('Running', { exact: true }).waitFor();
});

test('the language and the theme are chosen and remembered', async () => {
  await page.goto(url);
  await settled(page);
  await button('Language: English').click();
  await page.getByRole('menuitem', { name: 'Euskara' }).click();
  await page.getByRole('heading', { level: 1, name: 'Laburpena' }).waitFor();
  await button('Gaia: Sistemak bezala').click();
  await page.getByRole('menuitem', { name: 'Iluna' }).click();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Laburpena' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'eu');
  await check(page, 'basque-dark');
});

test('no script failed on the way', () => assert.deepEqual(page.problems, []));

test('the keyboard alone reaches the content, and signing out ends the session', async () => {
  await page.goto(url);
  await settled(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
  await button('Kontua: operator').click();
  await page.getByRole('menuitem', { name: 'Amaitu saioa' }).click();
  await page.waitForURL(`${url}/signin`);
  await page.goto(`${url}/nodes`);
  await page.waitForURL(`${url}/signin`);
});
