// The shop of `converge demo` in headless Chromium: what a visitor does there arrives in the results of the running experiments.
//   node demo_shop.mjs --program build/release/cli/converge
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {after, test} from 'node:test';
import {isDeepStrictEqual, parseArgs} from 'node:util';

import {launchChromium} from './chromium.mjs';
import {storedEvents} from './event_log.mjs';

const kStartMilliseconds = 600_000;
const kPatienceMilliseconds = 60_000;
const kVisitorsMax = 60;
const kReadingMilliseconds = 700;

const {values: {program}} = parseArgs({options: {program: {type: 'string'}}});
if (program === undefined) {
  console.error('demo_shop: --program is missing');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'converge-demo-'));
const demo = spawn(program, ['demo', '--port', '0', '--visitors-per-day', '200', '--directory', `${folder}/demo`], {stdio: ['ignore', 'pipe', 'pipe']});
const ended = new Promise((resolve) => demo.once('exit', resolve));
process.once('exit', () => demo.kill('SIGKILL'));
const said = [];

// The address that the demo names when its four weeks are over.
function serving() {
  return new Promise((resolve, reject) => {
    createInterface({input: demo.stdout}).on('line', (line) => said.push(line));
    createInterface({input: demo.stderr}).on('line', (line) => {
      const address = /keeps serving on (\S+);/.exec(line)?.[1];
      if (address) resolve(address);
      said.push(line);
    });
    ended.then(() => reject(new Error(`converge demo ended:\n${said.join('\n')}`)));
    setTimeout(() => reject(new Error('converge demo does not serve')), kStartMilliseconds).unref();
  });
}

const address = await serving();
const browser = await launchChromium();
after(async () => {
  await browser.close();
  demo.kill('SIGTERM');
  await ended;
  rmSync(folder, {recursive: true});
});

async function openShop(visitor) {
  const page = await (await browser.newContext()).newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && page.problems.push(message.text()));
  await page.goto(`${address}/shop${visitor ? `?visitor=${visitor}` : ''}`);
  await page.waitForSelector('html[data-ready]');
  return page;
}

const variantOf = (page, flag) => page.locator(`[data-flag=${flag}]`).getAttribute('data-variant');

// What reading needs no key for in the demo: figures per variant of everyone exposed so far.
async function countsOf(experiment) {
  const {metrics} = await (await fetch(`${address}/v1/experiments/${experiment}/results`)).json();
  const arms = (name) => metrics.find(({metric, population}) => metric === name && population === 'exposed_so_far').arms;
  return Object.fromEntries(arms('conversion_3d').map(({variant, n, sum}, i) => {
    const {sum: points, denominator_sum: answers} = arms('nps_3d')[i];
    const {sum: rages} = arms('rage_click_1d')[i];
    return [variant, {units: n, bought: Number(sum), points: Number(points), answers: Number(answers), rages: Number(rages)}];
  }));
}

async function until(what, isDone) {
  const end = Date.now() + kPatienceMilliseconds;
  while (!await isDone()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${kPatienceMilliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('the demo names the shop page beside the review', () => {
  assert.ok(said.some((line) => line.includes(`${address}/shop`) && line.includes(`${address}/v1/review`)), said.slice(-5).join('\n'));
});

test('a visitor of a running experiment who looks, rages, buys and answers counts in all of its results', async () => {
  const experiment = 'home-reviews';
  const before = await countsOf(experiment);
  const page = await openShop();
  let variant = await variantOf(page, 'home_reviews');
  for (let i = 0; !variant && i < kVisitorsMax; i += 1) {
    const was = await page.locator('#visitor').textContent();
    await page.getByRole('button', {name: 'Become another visitor'}).click();
    await page.waitForFunction((old) => document.getElementById('visitor')?.textContent !== old, was);
    await page.waitForSelector('html[data-ready]');
    assert.notEqual(await page.locator('#visitor').textContent(), was);
    variant = await variantOf(page, 'home_reviews');
  }
  assert.ok(variant, `none of ${kVisitorsMax} visitors is in ${experiment}`);
  assert.equal(await page.locator('#reviews').isVisible(), variant === 'three-reviews');
  assert.equal(await page.locator('.reviews li').count(), variant === 'three-reviews' ? 3 : 0);

  await page.locator('[data-product=wall-clock] svg').click({clickCount: 4});
  await page.getByRole('button', {name: 'Add Paper lamp to the cart'}).click();
  await page.getByRole('button', {name: 'Add Bound notebook to the cart'}).click();
  await page.getByRole('button', {name: 'Cart, 2 pieces'}).click();
  for (let i = 0; i < 4; i += 1) await page.getByRole('button', {name: 'Add one Bound notebook'}).click();
  await page.getByRole('button', {name: 'Check out'}).click();
  let steps = 1;
  for (; await page.getByRole('button', {name: 'Next'}).isVisible(); steps += 1) {
    await page.getByRole('button', {name: 'Next'}).click();
    // The buttons of the steps are in one place: who reads nothing between them would rage.
    await page.waitForTimeout(kReadingMilliseconds);
  }
  const details = await page.locator('[data-flag=checkout_steps] dt').textContent();
  assert.equal(details, steps === 1 ? 'checkout on one page' : `checkout in ${steps} steps`);
  await page.getByRole('button', {name: 'Buy now'}).click();
  await page.getByRole('heading', {name: 'Thank you, it is on its way.'}).waitFor();
  await page.getByRole('radio', {name: '9'}).check();
  await page.getByRole('button', {name: 'Send'}).click();

  const unit = await page.locator('#visitor').textContent();
  const {[variant]: {units, bought, points, answers, rages}} = before;
  const expected = {units: units + 1, bought: bought + 1, points: points + 100, answers: answers + 1, rages: rages + 1};
  let counted;
  await until('the visitor in the results', async () => {
    ({[variant]: counted} = await countsOf(experiment));
    return isDeepStrictEqual(counted, expected);
  }).catch(() => assert.deepEqual(counted, expected));
  const events = (await storedEvents(`${folder}/demo/converge.db`)).filter(({units}) => units?.user_id === unit);
  const outcomes = (name) => events.filter((event) => event.name === name);
  assert.equal(events.filter((event) => event.type === 'exposure' && event.experiment === experiment).length, 1);
  assert.deepEqual(outcomes('purchase').map(({properties}) => properties), [{amount: 49 + 5 * 14.9, pieces: 6}]);
  for (const name of ['rage_click', 'survey_nps_invited', 'survey_nps_shown', 'survey_nps']) assert.equal(outcomes(name).length, 1, name);
  assert.deepEqual(outcomes('rage_click')[0].properties, {target: 'wall-clock'}, 'and none for the stepper');
  await until('the page itself shows the purchase', () => page.evaluate((key) => {
    const cells = [...document.querySelectorAll(`[data-experiment="${key}"] td`)];
    return cells.length === 3 && cells.slice(0, 2).every((cell) => cell.querySelector('.more'));
  }, experiment));
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('what does nothing is a dead click, also beside figures that are read again all the time', async () => {
  const page = await openShop('guest-dead');
  await page.waitForSelector('#results td');
  // Until the visitor's own exposures are counted, the figures change.
  await page.waitForTimeout(5000);
  // A click of the driver's scrolls to its target first, and the page tells of that late: a scroll would be a reaction.
  await page.getByRole('button', {name: 'Gift wrap'}).scrollIntoViewIfNeeded();
  await page.waitForTimeout(kReadingMilliseconds);
  await page.getByRole('button', {name: 'Gift wrap'}).click();
  await page.locator('#feed li', {hasText: 'dead_click target button#broken'}).waitFor({timeout: kPatienceMilliseconds});
  await page.context().close();
});

test('one visitor gets the same shop again', async () => {
  const variants = [];
  for (let i = 0; i < 2; i += 1) {
    const page = await openShop('guest-again');
    variants.push(await page.locator('[data-flag]').evaluateAll((flags) => flags.map(({textContent}) => textContent)));
    await page.context().close();
  }
  assert.equal(variants[0].length, 4);
  assert.deepEqual(variants[0], variants[1]);
});

test('the shop works by keyboard: a product is put into the cart and bought without a pointer', async () => {
  const page = await openShop('guest-keys');
  const tabTo = async (name) => {
    for (let i = 0; i < 40; i += 1) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim());
      if (found === name) return;
    }
    throw new Error(`Tab does not reach ${name}`);
  };
  await tabTo('Add Linen throw to the cart');
  await page.keyboard.press('Enter');
  await page.focus('.brand');
  await tabTo('Cart, 1 piece');
  await page.keyboard.press('Enter');
  await tabTo('Check out');
  await page.keyboard.press('Enter');
  for (let i = 0; i < 3 && await page.locator('dialog').isVisible(); i += 1) {
    await tabTo(await page.locator('#next').textContent());
    await page.keyboard.press('Enter');
  }
  await page.getByRole('heading', {name: 'Thank you, it is on its way.'}).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Thank you, it is on its way.');
  await page.context().close();
});

test('on a telephone nothing is cut off', async () => {
  const page = await openShop('guest-small');
  await page.setViewportSize({width: 360, height: 740});
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.context().close();
});
