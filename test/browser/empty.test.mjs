// SPDX-License-Identifier: Apache-2.0
// The first page of a platform that has nothing yet: it shows the way.

import { after, before, test } from 'node:test';

import { check, launch, screens, settled, signIn, turnTo } from './browser.mjs';

let browser, page;
before(async () => {
  browser = await launch();
  page = await signIn(browser, 'wide-light');
});
after(() => browser.close());

test('the first steps, on every screen', async () => {
  await page.getByRole('heading', { level: 2, name: 'First steps' }).waitFor();
  for (const screen of Object.keys(screens)) {
    await turnTo(page, screen);
    await check(page, `${screen}-empty`);
  }
});

test('only the first step can be done first, and it leads to its dialog', async () => {
  await turnTo(page, 'wide-light');
  await page.getByRole('button', { name: 'Create ledger' }).and(page.locator(':disabled')).waitFor();
  await page.getByRole('button', { name: 'Deploy contract' }).and(page.locator(':disabled')).waitFor();
  await page.getByRole('button', { name: 'Create organization' }).click();
  await page.getByRole('dialog').getByLabel('Identifier').waitFor();
  await check(page, 'empty-dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('the other pages say what will be there', async () => {
  for (const name of ['Ledgers', 'Operations', 'Nodes']) {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await settled(page);
    await check(page, `empty-${name.toLowerCase()}`);
  }
});
