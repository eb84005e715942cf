// SPDX-License-Identifier: Apache-2.0
// What the specs share: a browser, a session on the platform under test, and the checks that every page must pass.
//
// B4A_URL     address of the platform, http://127.0.0.1:8080
// B4A_TOKEN   an operator's API token
// BROWSER     Chromium's program, /usr/bin/chromium
// SCREENSHOTS folder for a picture of every page checked; none without it

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

export const url = (process.env.B4A_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const token = process.env.B4A_TOKEN ?? '';
const shots = process.env.SCREENSHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The screens on which every page is looked at. */
export const screens = {
  'wide-light': { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  'wide-dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  'narrow-light': { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  'narrow-dark': { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
};

export const launch = () =>
  chromium.launch({
    executablePath: process.env.BROWSER ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A request to the API as the operator. */
export async function api(path, init = {}) {
  const response = await fetch(`${url}/api/v1${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  });
  assert.ok(response.ok, `${init.method ?? 'GET'} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.status === 204 ? undefined : response.json();
}

/** A page that collects what goes wrong in it: failed scripts, refused requests, violations of the content policy. */
export async function openPage(browser, screen, locale = 'en-GB') {
  assert.ok(token, 'B4A_TOKEN is not set: run tools/browser-test.sh');
  const context = await browser.newContext({ ...screens[screen], locale, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const text = message.text();
    if (page.expected && text.startsWith('Failed to load resource') && text.includes(page.expected.note)) page.expected.seen += 1;
    else page.problems.push(text);
  });
  return page;
}

/** Runs what the platform must refuse with a status; the browser's notes about just that are no problem. */
export async function refused(page, status, run) {
  page.expected = { note: ` ${status} `, seen: 0 };
  await run();
  assert.ok(page.expected.seen > 0, `nothing was refused with ${status}`);
  page.expected = undefined;
}

/** A new one-time link, at the address under test. */
export async function signInLink() {
  const link = new URL((await api('/signin-links', { method: 'POST' })).url);
  return url + link.pathname + link.hash;
}

/** A page signed in by a one-time link, as people do. */
export async function signIn(browser, screen, locale) {
  const page = await openPage(browser, screen, locale);
  await page.goto(await signInLink());
  await page.waitForURL(`${url}/`);
  await settled(page);
  return page;
}

/** Shows a page on another screen, without loading it again. */
export async function turnTo(page, screen) {
  const { viewport, colorScheme } = screens[screen];
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const transitions = document.getAnimations().filter((a) => a instanceof CSSTransition);
    await Promise.allSettled(transitions.map((a) => a.finished));
  });
}

/** Waits until a page shows its data. */
export async function settled(page) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[aria-busy="true"], .pf-v6-c-skeleton').first().waitFor({ state: 'detached' });
}

/** A picture of the whole page: its content scrolls inside the window, so the window is made as high as it. */
async function shoot(page, path) {
  const { width, height } = page.viewportSize();
  const more = await page.evaluate(() => {
    const main = document.querySelector('main');
    return main ? main.scrollHeight - main.clientHeight : 0;
  });
  if (more > 0) await page.setViewportSize({ width, height: height + more });
  await page.screenshot({ path, fullPage: true });
  if (more > 0) await page.setViewportSize({ width, height });
}

/** Serious and critical findings of axe fail; the others are printed. */
async function accessible(page, name) {
  // There are no frames, so that axe need not gather their results in a page of its own: that takes seconds each time.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'], preload: false }).setLegacyMode();
  const { violations } = await axe.withTags(tags).analyze();
  const grave = violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
  assert.deepEqual(grave, [], `${name}: accessibility`);
  for (const v of violations) console.log(`${name}: ${v.id} (${v.impact ?? '?'}): ${v.nodes[0]?.html.slice(0, 120)}`);
}

/** What every page must pass, in every state: named, within the screen, accessible, without errors in the browser. */
export async function check(page, name, { axe = true } = {}) {
  if (shots) await shoot(page, join(shots, `${name}.png`));
  assert.match(await page.title(), /\S+ · Blockchain4all$/, `${name}: title`);
  const [content, width] = await page.evaluate(() => {
    const scrollers = [document.documentElement, ...document.querySelectorAll('main')];
    return [Math.max(...scrollers.map((s) => s.scrollWidth)), window.innerWidth];
  });
  assert.ok(content <= width, `${name}: ${content} px wide on a screen of ${width} px`);
  if (axe) await accessible(page, name);
  assert.deepEqual(page.problems.splice(0), [], `${name}: errors in the browser`);
}
