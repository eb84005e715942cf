// SPDX-License-Identifier: Apache-2.0
// The console in a real browser against a running platform with its demo (B4A_URL, B4A_TOKEN): every page, wide and
// narrow, light and dark, in three languages, with axe; and a newcomer's way from sign-in to a transaction.
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const url = process.env.B4A_URL;
const token = process.env.B4A_TOKEN;
const shots = process.env.B4A_SHOTS; // folder for screenshots; none without it
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

const api = async (path, method = 'GET') =>
  (await fetch(`${url}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${token}` } })).json();

let browser;
let page;
const errors = [];

before(async () => {
  assert.ok(url && token, 'B4A_URL and B4A_TOKEN are needed: run tools/browser-test.sh');
  browser = await chromium.launch({
    executablePath,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })).newPage();
  page.on('pageerror', (e) => errors.push(e.message));
  page.on('console', (m) => {
    if (/Content Security Policy|Content-Security-Policy/.test(m.text())) errors.push(m.text());
  });
});

after(async () => {
  await browser?.close();
});

test('a sign-in link opens the console once', async () => {
  const link = await api('/signin-links', 'POST');
  await page.goto(link.url);
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  const stranger = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await stranger.goto(link.url);
  await stranger.getByRole('alert').getByText('sign-in link').waitFor();
  await stranger.goto(`${url}/ledgers`);
  await stranger.getByRole('button', { name: 'Sign in' }).waitFor();
  await stranger.context().close();
});

test('every page is accessible and fits, wide and narrow, light and dark', async () => {
  const transaction = (await api('/ledgers/azterketak/transactions?limit=1')).items[0].id;
  const operation = (await api('/operations?limit=1')).items[0].id;
  const pages = {
    overview: '/', organizations: '/organizations', organization: '/organizations/bizkaia', ledgers: '/ledgers',
    ledger: '/ledgers/azterketak', block: '/ledgers/azterketak/blocks/1',
    transaction: `/ledgers/azterketak/transactions/${transaction}`, contract: '/ledgers/azterketak/contracts/exams',
    nodes: '/nodes', node: '/nodes/bizkaia-peer0', operations: '/operations', operation: `/operations/${operation}`,
    doctor: '/doctor', absent: '/nothing-here',
  };
  for (const [width, theme] of [[1280, 'light'], [390, 'light'], [1280, 'dark'], [390, 'dark']]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate((t) => localStorage.setItem('b4a-theme', t), theme);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(url + path);
      await page.locator('h1').waitFor();
      await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
      if (name === 'contract') await page.getByLabel('Function').selectOption('RecordResult');
      const { violations } = await new AxeBuilder({ page }).analyze();
      const bad = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
      assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes[0]?.html}`), [], `${name} at ${width}, ${theme}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(over, 0, `${name} overflows at ${width}`);
      if (shots) await page.screenshot({ path: `${shots}/${name}-${width}-${theme}.png` });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
});

test('three languages', async () => {
  await page.goto(url);
  for (const [code, title] of [['eu', 'Laburpena'], ['es', 'Resumen'], ['en', 'Overview']]) {
    await page.locator('header select').selectOption(code);
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), code);
  }
});

test('an organization, a ledger, a contract and a transaction', async () => {
  const id = `proba${Date.now() % 100000}`;
  await page.goto(`${url}/organizations`);
  await page.getByRole('button', { name: 'Create organization' }).click();
  await page.getByLabel('Identifier').fill('Not An Id');
  assert.ok(await page.getByRole('button', { name: 'Create', exact: true }).isDisabled());
  await page.getByLabel('Identifier').fill(id);
  await page.getByLabel('Name').fill('Proba');
  await page.getByLabel('Kind').selectOption('company');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('link', { name: 'Proba' }).first().waitFor();

  await page.goto(`${url}/ledgers`);
  await page.getByRole('button', { name: 'Create ledger' }).click();
  await page.getByLabel('Name').fill(id);
  await page.getByRole('checkbox', { name: new RegExp(id) }).check();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

  await page.goto(`${url}/ledgers/${id}`);
  await page.getByRole('button', { name: 'Deploy contract' }).first().click();
  await page.getByRole('radio').first().check();
  await page.getByRole('button', { name: 'Deploy', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

  await page.goto(`${url}/ledgers/${id}/contracts/exams`);
  await page.getByLabel('Function').selectOption('CreateSession');
  await page.getByLabel('In the name of').selectOption(id);
  await page.getByLabel('sessionID').fill('saioa-1');
  await page.getByLabel('title').fill('Saioa');
  await page.getByLabel('date').fill('2026-06-15');
  await page.getByRole('button', { name: 'Submit transaction' }).click();
  await page.getByText(/Committed in block/).waitFor();
  await page.getByRole('link', { name: 'See the transaction' }).click();
  await page.getByText('exams · CreateSession').waitFor();
});

test('a refusal says what to do', async () => {
  await page.goto(`${url}/ledgers/azterketak/contracts/exams`);
  await page.getByLabel('Function').selectOption('GetSession');
  await page.getByLabel('In the name of').selectOption('bizkaia');
  await page.getByLabel('sessionID').fill('ez-dago');
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.getByRole('alert').getByText(/session_not_found/).first().waitFor();
});

test('no script failed', () => {
  assert.deepEqual(errors, []);
});
