// SPDX-License-Identifier: Apache-2.0
// An organization takes its administration over with a key made in the browser; a contract waits for its approval, which
// that key signs; another one is declined.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { api, check, launch, openPage, screens, settled, turnTo, url } from './browser.mjs';

const organization = `araba-${Date.now().toString(36)}`;
const ledger = `l-${organization}`;
const password = 'pasaesaldi luze bat';

let browser, page;
const until = async (what, look) => {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`${what}: in vain`);
};
const started = (path, body) => api(path, { method: 'POST', body: JSON.stringify(body) });
const ended = ({ operation }) =>
  until(operation.kind, async () => {
    const o = await api(`/operations/${operation.id}`);
    assert.notEqual(o.state, 'failed', JSON.stringify(o.problem));
    return o.state === 'succeeded';
  });

before(async () => {
  browser = await launch();
  await ended(await started('/organizations', { id: organization, name: 'Araba', kind: 'public-body' }));
  const { link } = await started(`/organizations/${organization}/members`, {
    email: `nekane@${organization}.example.org`, name: 'Nekane', role: 'admin', locale: 'eu',
  });
  page = await openPage(browser, 'wide-light', 'eu-ES');
  const invitation = new URL(link);
  await page.goto(url + invitation.pathname + invitation.hash);
  await page.locator('#invitation-password').fill(password);
  await button('Onartu gonbidapena').click();
  await page.getByRole('heading', { level: 1, name: 'Araba' }).waitFor();
  page.problems.length = 0; // nobody was signed in before
});
after(() => browser.close());

const button = (name) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
async function open(path) {
  await page.goto(url + path);
  await settled(page);
}
async function everywhere(name) {
  for (const screen of Object.keys(screens)) {
    await turnTo(page, screen);
    await check(page, `${name}-${screen}`);
  }
  await turnTo(page, 'wide-light');
}

test('nothing is to be signed yet', async () => {
  await open('/signature-requests');
  await page.getByText('Ez dago ezer sinatzeko').waitFor();
  await everywhere('signatures-empty');
});

test('the administration is taken over with a key in the browser', async () => {
  await open(`/organizations/${organization}/certificates`);
  await button('Eskuratu ziurtagiria').click();
  await dialog().getByLabel('Izena').fill('nekane');
  await dialog().locator('select').first().selectOption('admin');
  await dialog().locator('button[type=submit]').click();
  await dialog().waitFor({ state: 'detached' });
  await button('Guk geuk administratu').click();
  await dialog().getByLabel('Nabigatzaile honetako gakoa').selectOption('nekane');
  await check(page, 'administration-take');
  await dialog().getByRole('button', { name: 'Guk geuk administratu' }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('Erakundearena berarena').waitFor();
  assert.equal((await api(`/organizations/${organization}`)).administration, 'own');
  await everywhere('administration-own');
});

test('a contract waits for the approval, which the key in the browser signs', async () => {
  await ended(await started('/ledgers', { name: ledger, organizations: [organization] }));
  const { operation } = await started(`/ledgers/${ledger}/contracts`, { catalogue: 'exams' });
  await until('waiting', async () => (await api(`/operations/${operation.id}`)).state === 'waiting');
  await open(`/operations/${operation.id}`);
  await page.getByText(`${organization}: sinaduraren zain`).waitFor();
  await everywhere('operation-waiting');
  await open('/operations');
  await everywhere('operations-waiting');
  await open('/signature-requests');
  await page.locator('.b4a-count').getByText('1').waitFor();
  await everywhere('signatures');
  await page.getByRole('grid').getByRole('link').first().click();
  await page.getByText('exams_1.0.0:').waitFor();
  await everywhere('signature');
  await button('Sinatu beste programa batekin').click();
  await check(page, 'signature-elsewhere');
  await button('Itxi').first().click();
  await button('Sinatu nabigatzaile honetako gako batekin').click();
  await dialog().getByLabel('Nabigatzaile honetako gakoa').selectOption('nekane');
  await check(page, 'signature-here');
  await dialog().getByRole('button', { name: 'Sinatu', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('Sinatua', { exact: true }).waitFor();
  await everywhere('signature-signed');
  await ended({ operation });
});

test('what changes in a configuration is shown; it is declined with a reason', async () => {
  const other = `${organization}2`;
  await ended(await started('/organizations', { id: other, name: 'Bigarrena', kind: 'company' }));
  const { operation } = await started(`/ledgers/${ledger}/organizations`, { organization: other });
  await until('waiting', async () => (await api(`/operations/${operation.id}`)).state === 'waiting');
  const [request] = (await api(`/signature-requests?operation=${operation.id}`)).items;
  await open(`/signature-requests/${request.id}`);
  await page.getByText('Application/').first().waitFor();
  await everywhere('signature-update');
  await button('Baztertu').click();
  await dialog().locator('textarea').fill('ez dugu ezagutzen');
  await check(page, 'signature-decline');
  await dialog().getByRole('button', { name: 'Baztertu' }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('Baztertua', { exact: true }).waitFor();
  await until('failed', async () => (await api(`/operations/${operation.id}`)).state === 'failed');
  assert.deepEqual((await api(`/ledgers/${ledger}`)).organizations, [organization]);
});

test('no script failed on the way', () => assert.deepEqual(page.problems, []));
