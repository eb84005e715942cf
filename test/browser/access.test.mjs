// SPDX-License-Identifier: Apache-2.0
// A university asks for access in Basque; the operator approves; its administrator follows the link that the operator
// hands over, chooses a password, signs in with it, has a key certified that the browser made, and signs a transaction
// with it.
//
// B4A_SMTP_PORT  where the platform sends its mail

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { api, check, launch, openPage, refused, screens, settled, signIn, turnTo, url } from './browser.mjs';
import { openMailbox } from './mailbox.mjs';

const stamp = Date.now().toString(36);
const name = `Proba Unibertsitatea ${stamp}`;
const email = `ane-${stamp}@example.eus`;
const password = 'itsasoa eta mendia';

/** A CIF of its own for each run, made by the algorithm: type Q, whose control character is a letter. */
function cif() {
  const body = String(Date.now() % 10_000_000).padStart(7, '0');
  const sum = [...body].map(Number).reduce((total, digit, n) => {
    const d = n % 2 === 0 ? digit * 2 : digit;
    return total + Math.floor(d / 10) + (d % 10);
  }, 0);
  return `Q${body}${'JABCDEFGHI'[(10 - (sum % 10)) % 10]}`;
}

let browser, mailbox, applicant, operator, organization, invitation, administrator;
before(async () => {
  mailbox = openMailbox(Number(process.env.B4A_SMTP_PORT));
  browser = await launch();
  applicant = await openPage(browser, 'wide-light', 'eu-ES');
  operator = await signIn(browser, 'wide-light');
});
after(async () => {
  await browser.close();
  mailbox.close();
});

/** Pages for strangers ask whether somebody is signed in: that nobody is, which the browser notes, is no problem. */
const nobody = (page) => {
  page.problems = page.problems.filter((problem) => !problem.includes(' 401 '));
};

const press = (page, label) => page.getByRole('button', { name: label, exact: true }).click();

/** Looks at a page on every screen. */
async function everywhere(page, label) {
  for (const screen of Object.keys(screens)) {
    await turnTo(page, screen);
    await check(page, `${screen}-${label}`, { axe: screen === 'wide-light' || screen === 'narrow-dark' });
  }
  await turnTo(page, 'wide-light');
}

test('the form says what is wrong at each field, in Basque, and hides its trap', async () => {
  await applicant.goto(`${url}/access`);
  await applicant.getByRole('heading', { level: 1, name: 'Eskatu sarbidea' }).waitFor();
  await press(applicant, 'Bidali eskaera');
  assert.equal(await applicant.evaluate(() => document.activeElement?.id), 'access-kind');
  await applicant.getByLabel('Identifikazio fiskala').fill('Q4800001A');
  await applicant.getByText('Kontrol-zifra edo -letra ez dator bat').waitFor();
  await everywhere(applicant, 'access-mistakes');
  assert.equal(await applicant.getByRole('textbox', { name: 'Website' }).count(), 0, 'the trap is offered to screen readers');
});

test('a complaint of the platform stands at its field', async () => {
  await applicant.getByLabel('Mota').selectOption('university');
  await applicant.getByLabel('Izena edo sozietate-izena').fill(name);
  await applicant.getByLabel('Identifikazio fiskala').fill('12345678Z');
  await applicant.getByLabel('Harremanetarako pertsona', { exact: false }).first().fill('Ane Etxebarria');
  await applicant.getByLabel('Harremanetarako pertsonaren e-posta').fill(email);
  await applicant.getByLabel('Helburua').fill('Azterketen emaitzak jasotzea,\nbeste unibertsitateekin batera.');
  await applicant.getByRole('radio', { name: 'Pilotua' }).check();
  await applicant.getByRole('checkbox').check();
  await refused(applicant, 422, async () => {
    await press(applicant, 'Bidali eskaera');
    await applicant.getByText('Erakunde mota honek beste identifikatzaile mota bat du').waitFor();
    await check(applicant, 'access-refused');
  });
});

test('the university sends its request and gets a number and a private link', async () => {
  await applicant.getByLabel('Identifikazio fiskala').fill(cif());
  await applicant.getByText('Ondo idatzita dago: erakunde baten IFK').waitFor();
  await press(applicant, 'Bidali eskaera');
  await applicant.getByRole('heading', { level: 1, name: 'Zure eskaera jaso dugu' }).waitFor();
  await everywhere(applicant, 'access-sent');
  await applicant.getByRole('link', { name: 'Ikusi eskaera' }).click();
  await applicant.getByText('Berretsi gabe').waitFor();
  await everywhere(applicant, 'receipt');
});

test('the mailed link confirms the address, once', async () => {
  const [, path] = await mailbox.wait(email, /(\/access\/confirm#code=[\w-]+)/);
  await applicant.goto(url + path);
  await press(applicant, 'Berretsi helbidea');
  await applicant.getByText('Helbidea berretsita dago').waitFor();
  await everywhere(applicant, 'access-confirmed');
  const again = await openPage(browser, 'wide-light', 'eu-ES');
  await again.goto(`${url}/access/confirm#code=not-a-code-that-was-ever-sent`);
  await refused(again, 404, async () => {
    await press(again, 'Berretsi helbidea');
    await again.getByRole('alert').getByText('Esteka hau erabilita dago').waitFor();
  });
  await again.context().close();
});

test('the operator assigns, asks and approves, and sees the organization being made', async () => {
  await operator.goto(`${url}/access-requests`);
  await settled(operator);
  await operator.getByRole('link', { name }).waitFor();
  await everywhere(operator, 'requests');
  await operator.getByLabel('Show requests by kind').selectOption('citizen');
  await operator.getByText('No such requests').waitFor();
  await operator.getByLabel('Show requests by kind').selectOption('university');
  await operator.getByRole('link', { name }).click();
  await press(operator, 'Assign to me');
  await operator.getByText('In review', { exact: true }).waitFor();
  await press(operator, 'Ask the applicant');
  await operator.getByLabel('Question').fill('Zenbat ikasle dira?');
  await check(operator, 'ask-dialog');
  await press(operator.getByRole('dialog'), 'Send the question');
  await operator.getByText('Waiting for an answer').waitFor();

  const [, path] = await mailbox.wait(email, /Zenbat ikasle[\s\S]*?(\/access\/receipt#secret=[\w-]+)/);
  await applicant.goto(url + path);
  await applicant.getByText('Zenbat ikasle dira?').waitFor();
  await everywhere(applicant, 'receipt-question');
  await applicant.getByLabel('Zure erantzuna').fill('Hiru mila.');
  await press(applicant, 'Bidali erantzuna');
  await applicant.getByText('Hiru mila.').waitFor();

  await operator.reload();
  await operator.getByText('Hiru mila.').waitFor();
  await everywhere(operator, 'request');
  await press(operator, 'Approve');
  organization = await operator.getByRole('dialog').getByLabel('Identifier').inputValue();
  assert.match(organization, /^proba-unibertsitatea/);
  await operator.getByLabel('Reason').fill('Ongi etorri.');
  await check(operator, 'approve-dialog');
  await press(operator.getByRole('dialog'), 'Approve');
  await press(operator.getByRole('dialog'), 'Open its people');
  await operator.getByRole('heading', { level: 1, name }).waitFor();
});

test('the operator hands over an invitation link', async () => {
  await operator.getByText(email).waitFor();
  await everywhere(operator, 'organization-members');
  await press(operator, 'Actions: Ane Etxebarria');
  await operator.getByRole('menuitem', { name: 'Make another invitation link' }).click();
  await press(operator.getByRole('dialog'), 'Invite a person');
  invitation = await operator.getByRole('dialog').locator('pre').innerText();
  await check(operator, 'invited-dialog');
  await operator.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
});

test('the administrator accepts with a password and sees the organization', async () => {
  const link = new URL(invitation);
  const page = await openPage(browser, 'wide-light', 'eu-ES');
  await page.goto(url + link.pathname + link.hash);
  await page.getByRole('heading', { level: 1, name: 'Gonbidapena' }).waitFor();
  await page.getByLabel('Pasahitza', { exact: false }).first().fill('laburra');
  await press(page, 'Onartu gonbidapena');
  await page.getByText('12 eta 256 karaktere artean behar dira').waitFor();
  nobody(page);
  await everywhere(page, 'invitation');
  await page.locator('#invitation-password').fill(password);
  await press(page, 'Onartu gonbidapena');
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await press(page, 'Kontua: Ane Etxebarria');
  await page.getByRole('menuitem', { name: 'Amaitu saioa' }).click();
  await page.waitForURL(`${url}/signin`);

  await page.locator('#signin-email').fill(email);
  await page.locator('#signin-password').fill('ez da hau');
  await refused(page, 401, async () => {
    await press(page, 'Hasi saioa');
    await page.getByRole('alert').getByText('Helbide elektronikoa, pasahitza edo kodea okerra da').waitFor();
  });
  await page.locator('#signin-password').fill(password);
  await press(page, 'Hasi saioa');
  await page.waitForURL((address) => address.pathname !== '/signin');
  await page.goto(`${url}/organizations`);
  await settled(page);
  await page.getByRole('link', { name }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Sarbide-eskaerak' }).count(), 0, 'an administrator is offered the queue');
  await page.goto(`${url}/organizations/${organization}/members`);
  await settled(page);
  await page.getByText(email).waitFor();
  await check(page, 'own-members');
  administrator = page;
});

test('the administrator has a key certified that the browser made', async () => {
  const page = administrator;
  await page.goto(`${url}/organizations/${organization}/certificates`);
  await settled(page);
  await press(page, 'Eskuratu ziurtagiria');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Izena').fill('ane.etxebarria');
  await dialog.getByLabel('Rola').selectOption('Kidea: kontratuak erabiltzen ditu');
  await dialog.getByLabel('Atributuak').fill('b4a.role=registrar');
  await press(dialog, 'Sortu gakoa eta eskuratu ziurtagiria');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('grid', { name: 'Gailu honetako gakoak' }).getByText('ane.etxebarria').waitFor();
  await check(page, 'own-key');
});

/** Waits until an operation that the operator started has succeeded. */
async function succeeded({ operation }) {
  let now = operation;
  while (!['succeeded', 'failed'].includes(now.state)) {
    await new Promise((done) => setTimeout(done, 200));
    now = await api(`/operations/${operation.id}`);
  }
  assert.equal(now.state, 'succeeded', JSON.stringify(now.problem));
}

test('the administrator submits a transaction signed by that key', async () => {
  const page = administrator;
  const ledger = `azterketak-${stamp}`;
  await succeeded(await api('/ledgers', { method: 'POST', body: JSON.stringify({ name: ledger, organizations: [organization] }) }));
  await succeeded(await api(`/ledgers/${ledger}/contracts`, { method: 'POST', body: JSON.stringify({ catalogue: 'exams' }) }));
  await page.goto(`${url}/ledgers/${ledger}/contracts/exams`);
  await settled(page);
  await page.getByRole('navigation', { name: 'Funtzioak' }).getByRole('link', { name: 'Deialdia sortu', exact: true }).click();
  await page.getByLabel('Noren izenean').selectOption(organization);
  await page.getByLabel('Sinatzailea').selectOption({ label: 'ane.etxebarria, gailu honetako gako batekin' });
  for (const [label, value] of [['Deialdia *', `ekaina-${stamp}`], ['Izenburua *', 'Ekaina'], ['Data *', '2026-06-01']]) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
  await everywhere(page, 'own-transaction');
  await press(page, 'Bidali transakzioa');
  const committed = await page.getByText(/\d+\. blokean idatzi da/).innerText();
  await everywhere(page, 'own-transaction-committed');
  const link = page.locator('.pf-v6-c-alert').getByRole('link').first();
  const id = (await link.getAttribute('href')).split('/').at(-1);
  const transaction = await api(`/ledgers/${ledger}/transactions/${id}`);
  assert.equal(transaction.valid, true);
  assert.equal(transaction.block, Number(/(\d+)\. blokean/.exec(committed)[1]));
  assert.ok(JSON.stringify(transaction).includes('ane.etxebarria'), 'the transaction is not by the holder of the key');
  await link.click();
  await page.getByRole('heading', { level: 1, name: 'CreateSession' }).waitFor();
  await check(page, 'own-transaction-shown');
  await page.context().close();
});

test('a used invitation, a broken link and a failed sign-in elsewhere are explained', async () => {
  const page = await openPage(browser, 'wide-light', 'eu-ES');
  const link = new URL(invitation);
  await refused(page, 422, async () => {
    await page.goto(url + link.pathname + link.hash);
    await page.getByRole('alert').getByText('Esteka erabilita dago edo zaharregia da').waitFor();
  });
  nobody(page);
  for (const path of ['/invitation', '/ledger-invitation', '/access/receipt', '/access/confirm']) {
    await page.goto(url + path);
    await page.getByText('Esteka hau ez dago osorik').waitFor();
    nobody(page);
    await check(page, `broken${path.replaceAll('/', '-')}`);
  }
  await page.goto(`${url}/signin?problem=member_unknown&request=R1`);
  await page.getByRole('alert').getByText('Oraindik inork ez du hemen kontu horrekin').waitFor();
  await everywhere(page, 'signin-problem');
  await page.goto(`${url}/password-reset`);
  await page.getByLabel('E-posta').fill(email);
  await everywhere(page, 'password-reset');
  await press(page, 'Bidali esteka');
  await page.getByText('Begiratu zure posta').waitFor();
  const [, path] = await mailbox.wait(email, /(\/password-reset#code=[\w-]+)/);
  await page.goto(url + path);
  await page.locator('#reset-password').fill('beste pasahitz luze bat');
  await press(page, 'Ezarri pasahitza');
  await page.getByText('Pasahitza ezarrita dago').waitFor();
  await page.context().close();
});
