// What the CX pack sends when pages are hidden and left, in headless Chromium against a real server: web vitals, dwell, carts.
//   node cx_page_life.mjs --program build/release/cli/converge --definitions FOLDER
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Experience} from './experience.mjs';

const kPatienceMilliseconds = 20_000;

const experience = await Experience.start('cx_page_life');

// The outcomes of that name once there are `count` of them; sendBeacon gives no answer to wait for.
async function arrived(unit, name, count) {
  const end = Date.now() + kPatienceMilliseconds;
  for (;;) {
    const events = await experience.stored(unit, name);
    if (events.length >= count || Date.now() > end) return events;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// As the browser does it when another tab comes to the front.
const turn = (page, state) => page.evaluate((to) => {
  Object.defineProperty(document, 'visibilityState', {value: to, configurable: true});
  document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
}, state);

const byMetric = (events) => Object.fromEntries(events.map(({value, properties}) => [properties.metric, {value, rating: properties.rating}]));

test('web vitals: each is sent once, when the page is first hidden, and metrics read them by name', async () => {
  const page = await experience.open(() => {
    window.client.flag('experience', '');
    window.cx.watchWebVitals(window.client);
    // A busy half second between a press and the next paint.
    document.getElementById('pay').addEventListener('click', () => {
      const end = performance.now() + 300;
      while (performance.now() < end);
    });
  });
  await page.waitForTimeout(300);
  await page.click('#pay');
  await page.waitForTimeout(600);
  // Moves half of what is seen, long after any input.
  await page.evaluate(() => document.body.insertAdjacentHTML('afterbegin', '<style>body > * { margin-top: 300px }</style>'));
  await page.waitForTimeout(600);
  assert.deepEqual(await experience.stored(page.unit, 'web_vital'), [], 'nothing before');
  await turn(page, 'hidden');
  const vitals = byMetric(await arrived(page.unit, 'web_vital', 5));
  assert.deepEqual(Object.keys(vitals).sort(), ['CLS', 'FCP', 'INP', 'LCP', 'TTFB']);
  assert.ok(vitals.INP.value >= 300 && vitals.INP.value < 5000, `INP ${vitals.INP.value}`);
  assert.equal(vitals.INP.rating, vitals.INP.value > 500 ? 'poor' : 'needs-improvement');
  for (const metric of ['FCP', 'LCP', 'TTFB', 'INP']) assert.ok(Number.isInteger(vitals[metric].value), metric);
  assert.ok(vitals.LCP.value >= vitals.FCP.value && vitals.FCP.value >= vitals.TTFB.value);
  assert.ok(vitals.CLS.value > 0 && vitals.CLS.value < 2, `CLS ${vitals.CLS.value}`);
  await turn(page, 'visible');
  await turn(page, 'hidden');
  await page.evaluate(() => window.client.flush());
  assert.equal((await experience.stored(page.unit, 'web_vital')).length, 5);
  await page.context().close();
  await experience.untilMetric('first_byte_1d', 'denominator_sum', 1);
});

test('web vitals: a page without interactions has no INP, and one that stood still has a CLS of 0', async () => {
  const page = await experience.open(() => {
    window.cx.watchWebVitals(window.client);
  });
  await page.waitForTimeout(300);
  await turn(page, 'hidden');
  const vitals = byMetric(await arrived(page.unit, 'web_vital', 4));
  assert.deepEqual(Object.keys(vitals).sort(), ['CLS', 'FCP', 'LCP', 'TTFB']);
  assert.deepEqual(vitals.CLS, {value: 0, rating: 'good'});
  await page.context().close();
});

test('web vitals: what the browser does not measure is not sent, least of all as 0', async () => {
  const page = await experience.open(() => {
    Object.defineProperty(PerformanceObserver, 'supportedEntryTypes', {value: ['navigation', 'paint']});
    window.cx.watchWebVitals(window.client);
  });
  await page.waitForTimeout(300);
  await turn(page, 'hidden');
  const vitals = byMetric(await arrived(page.unit, 'web_vital', 2));
  assert.deepEqual(Object.keys(vitals).sort(), ['FCP', 'TTFB']);
  await page.context().close();
});

test('web vitals: closing the tab is soon enough', async () => {
  const page = await experience.open(() => {
    window.cx.watchWebVitals(window.client);
  });
  await page.waitForTimeout(300);
  await page.close({runBeforeUnload: true});
  assert.ok((await arrived(page.unit, 'web_vital', 4)).length === 4);
  await page.context().close();
});

test('dwell: the visible time is sent whenever the page is hidden, and hidden time does not count', async () => {
  const page = await experience.open(() => {
    window.cx.watchDwell(window.client);
  });
  await page.waitForTimeout(500);
  await turn(page, 'hidden');
  await page.waitForTimeout(3000);
  await turn(page, 'visible');
  await page.waitForTimeout(300);
  await page.close({runBeforeUnload: true});
  const [first, second, ...more] = (await arrived(page.unit, 'dwell', 2)).map(({value}) => value);
  assert.ok(first >= 500 && first < 3000, `${first}`);
  assert.ok(second >= 300 && second < 3000, `${second}`);
  assert.deepEqual(more, []);
  await page.context().close();
});

const openCart = (page, options) => page.evaluate((given) => {
  window.cart = window.cx.watchCart(window.client, given);
}, options ?? {});

async function shopper(options) {
  const page = await experience.open(() => {});
  await openCart(page, options);
  await page.evaluate(() => window.cart.touched(49.5));
  return page;
}

test('carts: one that is left behind is sent once, with its value', async () => {
  const page = await shopper();
  await page.close({runBeforeUnload: true});
  const [abandoned, ...more] = await arrived(page.unit, 'cart_abandoned', 1);
  assert.equal(abandoned.value, 49.5);
  assert.deepEqual(abandoned.properties, {cause: 'leave'});
  assert.deepEqual(more, []);
  await page.context().close();
});

test('carts: one that was bought, or never touched, is not sent', async () => {
  const page = await shopper();
  await page.evaluate(() => window.cart.closed());
  await page.evaluate(() => window.client.track('last_word'));
  await page.close({runBeforeUnload: true});
  await arrived(page.unit, 'last_word', 1);
  assert.deepEqual(await experience.stored(page.unit, 'cart_abandoned'), []);
  await page.context().close();
});

test('carts: going to the next page of the shop leaves nothing behind, and the cart is still open there', async () => {
  const page = await shopper();
  await page.evaluate(() => location.assign('/experience?next'));
  await page.waitForURL('**/experience?next');
  await experience.begin(page, () => {});
  assert.deepEqual(await experience.stored(page.unit, 'cart_abandoned'), []);
  await openCart(page);
  await page.evaluate(() => history.pushState(null, '', '?elsewhere'));
  await page.close({runBeforeUnload: true});
  const [abandoned] = await arrived(page.unit, 'cart_abandoned', 1);
  assert.equal(abandoned?.value, 49.5, 'and is left from there, though the page changed its address just before');
  await page.context().close();
});

test('carts: going to another site is leaving', async () => {
  const page = await shopper();
  await page.goto(`http://localhost:${new URL(experience.site.url).port}/`);
  assert.equal((await arrived(page.unit, 'cart_abandoned', 1)).length, 1);
  await page.context().close();
});

test('carts: nothing done for the idle limit abandons it, and what is done puts that off', async () => {
  const page = await shopper({idleMs: 1500});
  await page.waitForTimeout(1000);
  await page.keyboard.press('Shift');
  await page.waitForTimeout(1000);
  assert.deepEqual(await experience.stored(page.unit, 'cart_abandoned'), []);
  await page.waitForTimeout(1500);
  await page.evaluate(() => window.client.flush());
  const [abandoned] = await arrived(page.unit, 'cart_abandoned', 1);
  assert.deepEqual(abandoned?.properties, {cause: 'idle'});
  await page.close({runBeforeUnload: true});
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal((await experience.stored(page.unit, 'cart_abandoned')).length, 1, 'once per cart');
  await page.context().close();
});

test('carts: after uninstall nothing is sent', async () => {
  const page = await shopper();
  await page.evaluate(() => window.cart.uninstall());
  await page.evaluate(() => window.client.track('last_word'));
  await page.close({runBeforeUnload: true});
  await arrived(page.unit, 'last_word', 1);
  assert.deepEqual(await experience.stored(page.unit, 'cart_abandoned'), []);
  await page.context().close();
});
