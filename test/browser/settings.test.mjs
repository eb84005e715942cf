// SPDX-License-Identifier: Apache-2.0
// What an operator decides about the platform: how people sign in, tried before it is kept, how requests for access are
// decided, who is suspended, what becomes of mail that was refused; and how a ledger's members invite others.
//
// B4A_SMTP_PORT  where the platform sends its mail

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { api, check, launch, openPage, refused, screens, settled, signIn, turnTo, url } from './browser.mjs';
import { openMailbox } from './mailbox.mjs';

let browser, page, mailbox;
before(async () => {
  mailbox = openMailbox(Number(process.env.B4A_SMTP_PORT));
  browser = await launch();
  page = await signIn(browser, 'wide-light');
  await inviteColleague();
});
after(async () => {
  await browser.close();
  mailbox.close();
});

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

const colleague = { email: `leire-${Date.now().toString(36)}@example.eus`, password: 'itsasoa eta mendia' };

/** Makes another operator, with a password. */
async function inviteColleague() {
  const body = { email: colleague.email, name: 'Leire Bilbao', role: 'operator', locale: 'en' };
  const { link } = await api('/platform/members', { method: 'POST', body: JSON.stringify(body) });
  const at = new URL(link);
  const own = await openPage(browser, 'wide-light');
  await own.goto(url + at.pathname + at.hash);
  await own.locator('#invitation-password').fill(colleague.password);
  await own.getByRole('button', { name: 'Accept the invitation' }).click();
  await own.waitForURL((address) => address.pathname !== '/invitation');
  await own.context().close();
}

/** The other operator signs in anew, and keeps the settings that are on trial. */
async function colleagueKeeps() {
  const own = await openPage(browser, 'wide-light');
  await own.goto(`${url}/signin`);
  await own.locator('#signin-email').fill(colleague.email);
  await own.locator('#signin-password').fill(colleague.password);
  await own.getByRole('button', { name: 'Sign in', exact: true }).click();
  await own.waitForURL((address) => address.pathname !== '/signin');
  await own.goto(`${url}/signin-settings`);
  await own.getByRole('button', { name: 'Keep these settings' }).click();
  await own.getByText('These settings are on trial').waitFor({ state: 'detached' });
  await own.context().close();
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

test('who signed in after the change keeps it', async () => {
  await button('Add provider').first().click();
  await page.getByRole('menuitem', { name: /^OpenID Connect/ }).click();
  await dialog().getByLabel('Identifier', { exact: false }).first().fill('gurea');
  await dialog().getByLabel('Name, English').fill('Our account');
  await dialog().getByLabel('Issuer').fill('https://id.example.eus');
  await dialog().getByLabel('Client identifier').fill('b4a');
  await dialog().getByLabel('How the client proves itself').selectOption('Public client, no secret');
  await button('Try it for two minutes').click();
  await dialog().waitFor({ state: 'detached' });
  await colleagueKeeps();
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
  await colleagueKeeps();
  await page.getByText('These settings are on trial').waitFor({ state: 'detached' });
  await page.getByText('No provider yet').waitFor();
});

test('settings are put on trial that nobody will keep', async () => {
  await button('Stop offering them').click();
  await check(page, 'passwords-off');
  await button('Try it for two minutes').click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('These settings are on trial').waitFor();
  assert.equal((await api('/signin-settings')).settings.local, false);
});

test('the rules for access say what is wrong, and are saved', async () => {
  const before = await api('/access-policy');
  await page.goto(`${url}/access-requests`);
  await settled(page);
  await page.getByRole('link', { name: 'Rules', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Access rules' }).waitFor();
  await page.getByLabel('University', { exact: true }).last().check();
  await page.getByLabel('Sandboxes at a time').fill('0');
  await page.getByLabel('To decide').fill('3');
  await button('Save the rules').click();
  await page.getByText('Less than the days that it reminds of').waitFor();
  await page.getByText('A number from 1 to 10000').waitFor();
  await everywhere('rules-mistakes');
  await page.getByLabel('To decide').fill('10');
  await button('Save the rules').click();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'rules-quota-university');
  await page.getByLabel('Sandboxes at a time').fill('7');
  await page.getByLabel('Days that each lives').fill('45');
  await page.getByLabel('Another operator must agree to an approval').check();
  await page.getByLabel('Mailbox of the operators').fill('operadoreak@example.eus');
  await button('Save the rules').click();
  await page.getByText('The rules are in force').waitFor();
  await everywhere('rules');
  const after = await api('/access-policy');
  assert.deepEqual(after.rules, [{ kind: 'university', quota: 7, days: 45 }]);
  assert.deepEqual([after.secondPerson, after.reviewDays, after.notifyEmail], [true, 10, 'operadoreak@example.eus']);
  await page.reload();
  await settled(page);
  assert.equal(await page.getByLabel('Sandboxes at a time').inputValue(), '7');
  await api('/access-policy', { method: 'PUT', body: JSON.stringify(before) });
});

/** A page of a member's, invited by the operator, with a password. */
async function memberOf(organization, email, role) {
  const { link } = await api(`/organizations/${organization}/members`, {
    method: 'POST',
    body: JSON.stringify({ email, name: 'Jon Agirre', role, locale: 'eu' }),
  });
  const at = new URL(link);
  const own = await openPage(browser, 'wide-light', 'eu-ES');
  await own.goto(url + at.pathname + at.hash);
  await own.locator('#invitation-password').fill('itsasoa eta mendia');
  await own.getByRole('button', { name: 'Onartu gonbidapena' }).click();
  await own.waitForURL((address) => address.pathname !== '/invitation');
  own.problems = [];
  return own;
}

test('a member invites by link; the invited declines one invitation and accepts another', async () => {
  const stamp = Date.now().toString(36);
  const guest = `gonbidatua-${stamp}`;
  const { operation } = await api('/organizations', {
    method: 'POST',
    body: JSON.stringify({ id: guest, name: 'Gonbidatua', kind: 'company' }),
  });
  for (let o = operation; o.state !== 'succeeded'; o = await api(`/operations/${operation.id}`)) {
    assert.notEqual(o.state, 'failed', JSON.stringify(o.problem));
    await new Promise((done) => setTimeout(done, 200));
  }
  const ledger = (await api('/ledgers')).items.find((l) => l.organizations.length > 1);
  const own = await memberOf(guest, `jon-${stamp}@example.eus`, 'admin');
  const invitations = () => page.getByRole('grid', { name: 'Invitations' });

  await page.goto(`${url}/ledgers/${ledger.name}/members`);
  await settled(page);
  const invite = async (choose) => {
    await button('Invite an organization').click();
    await dialog().getByLabel('In the name of').selectOption(ledger.organizations[0]);
    await choose();
    await dialog().getByRole('button', { name: 'Invite', exact: true }).click();
    const link = new URL(await dialog().locator('pre').innerText());
    await check(page, 'ledger-invited');
    await dialog().locator('footer').getByRole('button', { name: 'Close' }).click();
    return link;
  };
  const byId = () => dialog().getByLabel('Organization', { exact: false }).last().selectOption(guest);
  await button('Invite an organization').click();
  await dialog().getByRole('button', { name: 'Invite', exact: true }).click();
  await dialog().getByText('Choose one').waitFor();
  await everywhere('ledger-invite');
  await button('Cancel').click();

  await invite(byId);
  await own.goto(`${url}/ledgers`);
  await own.getByText(`Zure erakundea gonbidatuta dago ${ledger.name} erregistrora`).waitFor();
  for (const screen of Object.keys(screens)) {
    await turnTo(own, screen);
    await check(own, `${screen}-ledger-invitation-received`, { axe: screen === 'wide-light' || screen === 'narrow-dark' });
  }
  await turnTo(own, 'wide-light');
  await own.getByRole('button', { name: 'Uko egin' }).click();
  await check(own, 'ledger-invitation-decline');
  await own.getByRole('dialog').getByRole('button', { name: 'Uko egin' }).click();
  await own.getByText('Zure erakundea gonbidatuta dago').waitFor({ state: 'detached' });

  const byMail = async () => {
    await dialog().getByLabel('Whoever reads an e-mail address').check();
    await dialog().getByLabel('E-mail address', { exact: false }).last().fill(`beste-${stamp}@example.eus`);
  };
  await invite(byMail);
  await invitations().getByText(`beste-${stamp}@example.eus`).waitFor();
  await everywhere('ledger-invitations');
  const row = invitations().getByRole('row').filter({ hasText: `beste-${stamp}` });
  await row.getByRole('button', { name: 'Take back' }).click();
  await check(page, 'ledger-invitation-withdraw');
  await dialog().getByRole('button', { name: 'Take back' }).click();
  await dialog().waitFor({ state: 'detached' });
  await invitations().getByText('Taken back').waitFor();

  const link = await invite(byId);
  await own.goto(url + link.pathname + link.hash);
  await own.getByText(ledger.name).waitFor();
  await check(own, 'ledger-invitation-link');
  await own.goto(`${url}/ledgers`);
  await own.getByRole('button', { name: 'Sartu erregistroan' }).click();
  await check(own, 'ledger-invitation-accept');
  await own.getByRole('dialog').getByRole('button', { name: 'Sartu erregistroan' }).click();
  await own.getByRole('button', { name: 'Ireki erregistroa' }).click();
  await own.getByRole('heading', { level: 1, name: ledger.name }).waitFor();
  assert.ok((await api(`/ledgers/${ledger.name}`)).organizations.includes(guest));
  await own.context().close();
});

test('a person is suspended everywhere, at once, and gets access back', async () => {
  const organization = (await api('/organizations')).items.find((o) => !o.operator && o.state === 'active').id;
  const email = `nerea-${Date.now().toString(36)}@example.eus`;
  const own = await memberOf(organization, email, 'reader');
  await page.goto(`${url}/members/everybody`);
  await settled(page);
  const row = page.getByRole('row').filter({ hasText: email });
  await row.getByRole('button', { name: /^Suspend/ }).click();
  await check(page, 'person-suspend');
  await dialog().getByRole('button', { name: 'Suspend' }).click();
  await dialog().waitFor({ state: 'detached' });
  await row.getByText('Suspended').waitFor();
  await everywhere('people');
  await refused(own, 401, async () => {
    await own.goto(`${url}/ledgers`);
    await own.waitForURL(`${url}/signin`);
  });
  await row.getByRole('button', { name: /^Resume/ }).click();
  await check(page, 'person-resume');
  await dialog().getByRole('button', { name: 'Resume' }).click();
  await dialog().waitFor({ state: 'detached' });
  await row.getByText('Active').waitFor();
  await own.context().close();
});

test('a member is suspended and resumed after a question', async () => {
  const organization = (await api('/organizations')).items.find((o) => !o.operator && o.state === 'active').id;
  await page.goto(`${url}/organizations/${organization}/members`);
  await settled(page);
  const row = page.getByRole('row').filter({ hasText: /nerea-/ }).last();
  for (const [act, state] of [['Suspend', 'Suspended'], ['Resume', 'Active']]) {
    await row.getByRole('button', { name: /^Actions/ }).click();
    await page.getByRole('menuitem', { name: act }).click();
    await check(page, `member-${act.toLowerCase()}`);
    await dialog().getByRole('button', { name: act }).click();
    await dialog().waitFor({ state: 'detached' });
    await row.getByText(state, { exact: true }).waitFor();
  }
});

test('a mail that was refused is listed with the reason, and sent once the address works', async () => {
  const organization = (await api('/organizations')).items.find((o) => !o.operator && o.state === 'active').id;
  const email = `inor-${Date.now().toString(36)}@example.eus`;
  mailbox.refused.add(email);
  const body = { email, name: 'Inor Ez', role: 'reader', locale: 'eu' };
  await api(`/organizations/${organization}/members`, { method: 'POST', body: JSON.stringify(body) });
  await page.goto(`${url}/mails`);
  await settled(page);
  const row = page.getByRole('row').filter({ hasText: email });
  await row.getByText('the mail server refused it').waitFor();
  await row.getByText('Invitation of a person').waitFor();
  await everywhere('mails');
  await row.getByRole('button', { name: /^Discard/ }).click();
  await check(page, 'mail-discard');
  await button('Cancel').click();
  mailbox.refused.clear();
  await row.getByRole('button', { name: /^Try again now/ }).click();
  await mailbox.wait(email, /(\/invitation#code=[\w-]+)/);
  await row.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Tried again' }).click();
  await page.getByText('No mail waits').or(page.getByRole('grid')).waitFor();
  await check(page, 'mails-queued');
});

test('settings that nobody kept reverted by themselves, and the page says so', { timeout: 180_000 }, async () => {
  await page.goto(`${url}/signin-settings`);
  await page.getByText('the settings before are in force again').waitFor({ timeout: 130_000 });
  await button('Stop offering them').waitFor();
  assert.equal((await api('/signin-settings')).settings.local, true);
});

test('no script failed on the way', () => assert.deepEqual(page.problems, []));
