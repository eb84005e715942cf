// SPDX-License-Identifier: Apache-2.0
// What an operator decides about the platform: how people sign in, tried before it is kept, and how requests for access
// are decided.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { api, check, launch, openPage, refused, screens, settled, signIn, signInLink, turnTo, url } from './browser.mjs';

let browser, page;
before(async () => {
  browser = await launch();
  page = await signIn(browser, 'wide-light');
});
after(() => browser.close());

const button = (label) => page.getByRole('button', { name: label, exact: true });
const dialog = () => page.getByRole('dialog');

/** Looks at a page on every screen. */
async function everywhere(label) {
  for (const screen of Object.keys(screens)) {
    await turnTo(page, screen);
    await check(page, `${screen}-${label}`, { axe: screen === 'wide-light' || screen === 'narrow-dark' });
  }
  await turnTo(page, 'wide-light');
}

/** What a stranger is offered on the sign-in page. */
async function offered(name) {
  const stranger = await openPage(browser, 'wide-light');
  await stranger.goto(`${url}/signin`);
  await stranger.getByRole('heading', { level: 1 }).waitFor();
  await stranger.waitForLoadState('networkidle');
  const found = await stranger.getByRole('link', { name }).count();
  await stranger.context().close();
  return found > 0;
}

test('a provider is added and put on trial, and strangers are offered it at once', async () => {
  await page.goto(`${url}/signin-settings`);
  await settled(page);
  await everywhere('signin-settings');
  await button('Add provider').first().click();
  await page.getByRole('menuitem', { name: /^Giltza/ }).click();
  await dialog().getByLabel('Token address').fill('http://eidas.example.eus/token');
  await button('Try it for two minutes').click();
  await dialog().getByText('Write an https address').waitFor();
  await dialog().getByText('This is needed').waitFor();
  await dialog().getByLabel('Token address').fill('https://eidas.izenpe.com/trustedx-authserver/oauth/izenpe/token');
  await dialog().getByLabel('Client identifier').fill('b4a-proba');
  await dialog().getByLabel('Client secret').fill('isilpekoa');
  await everywhere('provider-dialog');
  await button('Try it for two minutes').click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('These settings are on trial').waitFor();
  assert.match(await page.getByRole('timer').innerText(), /^[12]:\d\d$/);
  await everywhere('signin-trial');
  assert.ok(await offered(/Giltza/), 'the provider is not offered');
  const { settings } = await api('/signin-settings');
  const [giltza] = settings.providers;
  assert.equal(giltza.parameters.acr_values, 'urn:safelayer:tws:policies:authentication:level:medium');
  assert.equal(giltza.fields.subject, 'sub');
  assert.ok(giltza.clientSecretSet && !JSON.stringify(settings).includes('isilpekoa'));
});

test('who tried it cannot keep it without having signed in since, and takes it back', async () => {
  await refused(page, 403, async () => {
    await button('Keep these settings').click();
    await page.getByText('Sign in anew, in the new way').waitFor();
  });
  await check(page, 'signin-keep-refused');
  await button('Take them back now').click();
  await page.getByText('No provider yet').waitFor();
  await page.getByText('the settings before are in force again').waitFor();
  await check(page, 'signin-reverted');
  assert.ok(!(await offered(/Giltza/)), 'the provider is still offered');
});

test('a session that began after the change keeps it', async () => {
  await button('Add provider').first().click();
  await page.getByRole('menuitem', { name: /^OpenID Connect/ }).click();
  await dialog().getByLabel('Identifier', { exact: false }).first().fill('gurea');
  await dialog().getByLabel('Name, English').fill('Our account');
  await dialog().getByLabel('Issuer').fill('https://id.example.eus');
  await dialog().getByLabel('Client identifier').fill('b4a');
  await dialog().getByLabel('How the client proves itself').selectOption('Public client, no secret');
  await button('Try it for two minutes').click();
  await dialog().waitFor({ state: 'detached' });
  await page.goto(await signInLink());
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/signin-settings`);
  await settled(page);
  await button('Keep these settings').click();
  await page.getByText('These settings are on trial').waitFor({ state: 'detached' });
  assert.equal((await api('/signin-settings')).revertsAt, undefined);
  await everywhere('signin-kept');
});

test('a provider is changed, and what the platform complains about stands at its field', async () => {
  await button('Change gurea').click();
  await dialog().getByLabel('Scopes').fill('"');
  await refused(page, 422, async () => {
    await button('Try it for two minutes').click();
    await dialog().getByText('have one that is no scope').waitFor();
  });
  await check(page, 'provider-refused');
  await button('Cancel').click();
});

test('certificates need an address that asks for them', async () => {
  await button('Change certificates').click();
  await dialog().getByLabel('Offer to sign in with a certificate').check();
  await button('Try it for two minutes').click();
  await dialog().getByText('Name at least one authority').waitFor();
  await button('Add authority').click();
  await dialog().getByLabel('Name of the authority').fill('Proba');
  await dialog().getByLabel('Its certificates').fill('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----');
  await everywhere('client-certificates-dialog');
  await refused(page, 409, async () => {
    await button('Try it for two minutes').click();
    await dialog().getByText('No address here asks browsers for a certificate').waitFor();
  });
  await button('Cancel').click();
});

test('a provider is removed after a question, and the removal is kept', async () => {
  await button('Remove gurea').click();
  await check(page, 'provider-remove');
  await button('Try it for two minutes').click();
  await dialog().waitFor({ state: 'detached' });
  await page.goto(await signInLink());
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/signin-settings`);
  await settled(page);
  await button('Keep these settings').click();
  await page.getByText('These settings are on trial').waitFor({ state: 'detached' });
  await page.getByText('No provider yet').waitFor();
});

test('settings that nobody keeps revert by themselves, and the page says so', { timeout: 180_000 }, async () => {
  await button('Stop offering them').click();
  await check(page, 'passwords-off');
  await button('Try it for two minutes').click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('These settings are on trial').waitFor();
  assert.equal((await api('/signin-settings')).settings.local, false);
  await page.getByText('the settings before are in force again').waitFor({ timeout: 130_000 });
  await button('Stop offering them').waitFor();
  assert.equal((await api('/signin-settings')).settings.local, true);
});

test('no script failed on the way', () => assert.deepEqual(page.problems, []));
