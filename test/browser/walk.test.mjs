// SPDX-License-Identifier: Apache-2.0
// Every page, on every screen, must pass the checks.

import { after, before, test } from 'node:test';

import { api, check, launch, openPage, refused, screens, settled, signIn, turnTo, url } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** The pages of what the platform has: of every noun the first one. */
async function pages() {
  const found = {
    overview: '/',
    organizations: '/organizations',
    nodes: '/nodes',
    ledgers: '/ledgers',
    operations: '/operations',
    doctor: '/doctor',
    audit: '/audit',
    clinic: '/clinic',
    'access-requests': '/access-requests',
    'access-rules': '/access-requests/rules',
    'platform-members': '/members',
    people: '/members/everybody',
    mails: '/mails',
    'signin-settings': '/signin-settings',
    account: '/account',
    tokens: '/account/tokens',
    access: '/access',
    'password-reset': '/password-reset',
    absent: '/no-such-page',
    'absent-ledger': '/ledgers/no-such-ledger',
  };
  const first = async (path) => (await api(path)).items[0];
  const organization = (await api('/organizations')).items.find((o) => !o.operator) ?? (await first('/organizations'));
  found.organization = `/organizations/${organization.id}`;
  found.applications = `${found.organization}/applications`;
  found.certificates = `${found.organization}/certificates`;
  found.authorities = `${found.organization}/authorities`;
  found.node = `/nodes/${(await first('/nodes')).id}`;
  const operation = await first('/operations?limit=1');
  if (operation) found.operation = `/operations/${operation.id}`;
  const ledger = await first('/ledgers');
  if (!ledger) return found;
  found.blocks = `/ledgers/${ledger.name}`;
  for (const tab of ['transactions', 'contracts', 'members']) found[tab] = `/ledgers/${ledger.name}/${tab}`;
  found.block = `/ledgers/${ledger.name}/blocks/${(await first(`/ledgers/${ledger.name}/blocks`)).number}`;
  const transaction = (await api(`/ledgers/${ledger.name}/transactions`)).items.find((t) => t.id);
  if (transaction) found.transaction = `/ledgers/${ledger.name}/transactions/${transaction.id}`;
  const contract = await first(`/ledgers/${ledger.name}/contracts`);
  if (!contract) return found;
  const functions = `/ledgers/${ledger.name}/contracts/${contract.name}`;
  const { functions: all } = await api(`${functions}/metadata`);
  found.functions = functions;
  found.definition = `${functions}/definition`;
  found['contract-log'] = `${functions}/log`;
  for (const [name, submit] of [['query', false], ['transaction-form', true]]) {
    const f = all.filter((x) => x.submit === submit).sort((a, b) => b.parameters.length - a.parameters.length)[0];
    if (f) found[name] = `${functions}?function=${encodeURIComponent(f.name)}`;
  }
  return found;
}

// A width changes what there is, a theme its colours: two screens between them show axe both of each.
const everywhere = async (page, name) => {
  for (const screen of Object.keys(screens)) {
    await turnTo(page, screen);
    await check(page, `${screen}-${name}`, { axe: screen === 'wide-light' || screen === 'narrow-dark' });
  }
};

test('sign-in', async () => {
  const page = await openPage(browser, 'wide-light');
  await page.goto(`${url}/signin`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await everywhere(page, 'signin');
  await page.context().close();
});

test('every page, on every screen', async (t) => {
  const page = await signIn(browser, 'wide-light');
  for (const [name, path] of Object.entries(await pages())) {
    await t.test(name, async () => {
      const look = async () => {
        await turnTo(page, 'wide-light');
        await page.goto(url + path);
        await settled(page);
        await everywhere(page, name);
      };
      // A page asks again for what is absent: it is left before that is a problem again.
      const leave = () => page.goto('about:blank');
      await (name === 'absent-ledger' ? refused(page, 404, () => look().then(leave)) : look());
    });
  }
  await page.context().close();
});

// Longer words must fit where there is little room.
for (const locale of ['eu', 'es']) {
  test(`in ${locale}`, async () => {
    const page = await signIn(browser, 'narrow-light', locale);
    for (const [name, path] of Object.entries(await pages())) {
      if (name.startsWith('absent')) continue;
      await page.goto(url + path);
      await settled(page);
      await check(page, `${locale}-${name}`, { axe: false });
    }
    await turnTo(page, 'wide-light');
    await page.goto(url);
    await settled(page);
    await check(page, `${locale}-overview-wide`);
    await page.context().close();
  });
}
