// The web SDK in headless Chromium against a real server: what the server has stored is exactly what happened on the pages.
//   node web_sdk_browser.mjs --program build/release/cli/converge --definitions FOLDER
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {after, test} from 'node:test';
import {parseArgs} from 'node:util';

import {ConvergeServe} from '../sdk/converge_serve.mjs';
import {launchChromium} from './chromium.mjs';
import {storedEvents} from './event_log.mjs';
import {reactPage} from './react_page.mjs';
import {Site} from './site.mjs';

const kPatienceMilliseconds = 30_000;
const kNewsMilliseconds = 1_000;

const {values: options} = parseArgs({options: Object.fromEntries(['program', 'definitions'].map((name) => [name, {type: 'string'}]))});
for (const name of ['program', 'definitions']) {
  if (options[name] === undefined) {
    console.error(`web_sdk_browser: --${name} is missing`);
    process.exit(2);
  }
}

const server = await ConvergeServe.start(options.program, options.definitions);
const site = await Site.start();
const browser = await launchChromium();
after(async () => {
  await browser.close();
  await site.stop();
  await server.stop();
});

const host = `http://127.0.0.1:${server.port}`;
const access = {host, clientKey: server.clientKey, consent: 'granted'};
let units = 0;
const newUnit = () => `browser-${units += 1}`;

// A page with a client for `more`, once its definitions are there.
async function openShop(context, more, query = '') {
  const page = await context.newPage();
  await page.goto(site.url + query);
  await startClient(page, more);
  return page;
}

async function startClient(page, more) {
  await page.waitForFunction(() => window.sdk !== undefined);
  await page.evaluate(async (given) => {
    window.client = window.sdk.createClient(given);
    await window.client.ready;
  }, {...access, ...more});
}

const flag = (page, key, fallback) => page.evaluate(([name, value]) => window.client.flag(name, value), [key, fallback]);
const track = (page, ...names) => page.evaluate((all) => all.forEach((name) => window.client.track(name)), names);

async function until(what, isDone) {
  const end = Date.now() + kPatienceMilliseconds;
  while (!await isDone()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${kPatienceMilliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function eventsOf(unit) {
  return (await storedEvents(server.database)).filter(({units: ids}) => Object.values(ids ?? {}).includes(unit));
}

// Waits until the server has every one of the outcomes, and none but those; sent twice is stored once or counts once, by its id.
async function allStored(unit, names) {
  const stored = async () => {
    const outcomes = (await eventsOf(unit)).filter(({type}) => type === 'outcome');
    return [...new Map(outcomes.map((each) => [each.id, each])).values()];
  };
  await until(`${names.length} outcomes of ${unit}`, async () => (await stored()).length >= names.length);
  assert.deepEqual((await stored()).map(({name}) => name).sort(), [...names].sort());
}

// Nothing waits in the browser any more.
const isEmpty = (page) => page.evaluate(() => !Object.keys(localStorage).some((name) => name.includes('event:')));

// A unit that the experiment takes, with what it gets.
async function memberOf(flagKey, attributes = {}) {
  for (;;) {
    const unit = newUnit();
    const found = (await server.assign(unit, attributes)).find(({flag: name}) => name === flagKey);
    if (found.in_experiment) return {...found, unit};
  }
}

test('an exposure is stored once, over uses, reloads and tabs', async () => {
  const context = await browser.newContext();
  const {unit, variant, value} = await memberOf('banner');
  const attributes = {id: unit, plan: 'pro'};
  const page = await openShop(context, {attributes});
  for (let i = 0; i < 3; i += 1) assert.equal(await flag(page, 'banner', !value), value);
  for (let i = 0; i < 3; i += 1) {
    await page.reload();
    await startClient(page, {attributes});
    await flag(page, 'banner', !value);
  }
  const other = await openShop(context, {attributes});
  await flag(other, 'banner', !value);
  await track(other, 'last');
  await allStored(unit, ['last']);
  const exposures = (await eventsOf(unit)).filter(({type}) => type === 'exposure');
  assert.deepEqual(exposures.map(({experiment, variant: found, attributes: of, source}) => [experiment, found, of, source]),
    [['banner', variant, {plan: 'pro'}, undefined]]);
  await context.close();
});

test('nothing is lost over reloads in the middle of sending', async () => {
  const context = await browser.newContext();
  const attributes = {id: newUnit()};
  const page = await openShop(context, {attributes});
  const names = [];
  for (let i = 0; i < 25; i += 1) {
    const now = [`reload-${i}-a`, `reload-${i}-b`, `reload-${i}-c`];
    names.push(...now);
    // Some reload before the batch is sent, some while it is, some after.
    await page.evaluate(async ([all, wait]) => {
      all.forEach((name) => window.client.track(name));
      await new Promise((resolve) => setTimeout(resolve, wait));
      location.reload();
    }, [now, (i % 5) * 130]).catch(() => {});
    await page.waitForLoadState();
    await startClient(page, {attributes});
  }
  await allStored(attributes.id, names);
  await until('an empty queue', () => isEmpty(page));
  await context.close();
});

test('a tab that is closed has handed over its last events', async () => {
  const context = await browser.newContext();
  const attributes = {id: newUnit()};
  const page = await openShop(context, {attributes});
  await track(page, 'one', 'two');
  await Promise.all([page.waitForEvent('close'), page.close({runBeforeUnload: true})]);
  await allStored(attributes.id, ['one', 'two']);
  await context.close();
});

test('what a tab that crashed had not sent goes with the next one', async () => {
  const context = await browser.newContext();
  const attributes = {id: newUnit()};
  const page = await openShop(context, {attributes});
  await context.setOffline(true);
  await track(page, 'one', 'two');
  const session = await context.newCDPSession(page);
  session.send('Page.crash').catch(() => {});
  await page.waitForEvent('crash');
  await page.close();
  await context.setOffline(false);
  assert.deepEqual(await eventsOf(attributes.id), []);
  await openShop(context, {attributes});
  await allStored(attributes.id, ['one', 'two']);
  await context.close();
});

test('offline events wait, in the page and over its end, and go when there is a network', async () => {
  const context = await browser.newContext();
  const attributes = {id: newUnit()};
  const page = await openShop(context, {attributes});
  await context.setOffline(true);
  await track(page, 'in a tunnel');
  await page.evaluate(() => window.client.flush());
  assert.deepEqual(await eventsOf(attributes.id), []);
  await context.setOffline(false);
  await allStored(attributes.id, ['in a tunnel']);
  await context.setOffline(true);
  await track(page, 'in another');
  await page.close();
  await context.setOffline(false);
  await openShop(context, {attributes});
  await allStored(attributes.id, ['in a tunnel', 'in another']);
  await context.close();
});

test('a server that is killed and comes back has everything', async () => {
  const context = await browser.newContext();
  const attributes = {id: newUnit()};
  const page = await openShop(context, {attributes});
  const names = [];
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 40; i += 1) {
      const name = `round-${round}-${i}`;
      names.push(name);
      await track(page, name);
      if (i % 10 === 0) void page.evaluate(() => window.client.flush());
      if (i === 20) await server.kill();
    }
    await server.revive();
  }
  await allStored(attributes.id, names);
  await until('an empty queue', () => isEmpty(page));
  await context.close();
});

test('two tabs that share a queue lose nothing and store nothing twice under another content', async () => {
  const context = await browser.newContext();
  const attributes = {id: newUnit()};
  const pages = [await openShop(context, {attributes}), await openShop(context, {attributes})];
  const names = [];
  for (let i = 0; i < 30; i += 1) {
    names.push(`tabs-${i}`);
    await track(pages[i % 2], `tabs-${i}`);
    if (i % 10 === 9) {
      await pages[i % 2].reload();
      await startClient(pages[i % 2], {attributes});
    }
  }
  await allStored(attributes.id, names);
  const contents = new Map();
  for (const event of await eventsOf(attributes.id)) {
    contents.set(event.id, (contents.get(event.id) ?? new Set()).add(JSON.stringify(event)));
  }
  assert.ok([...contents.values()].every((different) => different.size === 1));
  await context.close();
});

test('before consent nothing is sent and nothing is kept; afterwards everything that happened arrives', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const sent = [];
  page.on('request', (request) => request.url().startsWith(host) && request.method() !== 'GET' && sent.push(request.url()));
  await page.goto(site.url);
  await startClient(page, {consent: 'pending'});
  await flag(page, 'banner', false);
  await track(page, 'before consent');
  await page.evaluate(() => window.client.flush());
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
  assert.deepEqual(sent, []);
  assert.deepEqual(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]), [[], [], '']);
  assert.deepEqual(await page.evaluate(async () => (await indexedDB.databases()).length + (await caches.keys()).length), 0);
  await page.evaluate(() => window.client.setConsent('granted'));
  const [, visitor] = /converge_visitor=(\w+)/.exec(await page.evaluate(() => document.cookie));
  await allStored(visitor, ['before consent']);
  await page.evaluate(() => window.client.setConsent('denied'));
  assert.deepEqual(await page.evaluate(() => [Object.keys(localStorage), document.cookie]), [[], '']);
  await context.close();
});

test('a forced variant is shown, and is stored as such and never analysed', async () => {
  const context = await browser.newContext();
  const attributes = {id: newUnit(), country: 'DE', age: 30};
  const page = await openShop(context, {attributes}, '?checkout=one-page');
  assert.equal(await flag(page, 'checkout_steps', 3), 1);
  await until('the exposure', async () => (await eventsOf(attributes.id)).length > 0);
  const [{variant, source}] = await eventsOf(attributes.id);
  assert.deepEqual([variant, source], ['one-page', 'qa']);
  await until('the fold', async () => (await server.results('checkout'))?.health.forced === 1);
  const {metrics} = await server.results('checkout');
  assert.ok(metrics.every(({arms}) => arms.every(({n}) => n === 0)));
  await context.close();
});

test('a promotion reaches an open page within a second', async () => {
  const context = await browser.newContext();
  const {unit} = await (async () => {
    for (;;) {
      const member = await memberOf('hero');
      if (member.variant === 'control') return member;
    }
  })();
  const page = await openShop(context, {attributes: {id: unit}});
  assert.equal(await flag(page, 'hero', 9), 0);
  await page.evaluate(() => {
    window.changes = 0;
    window.client.onChange(() => { window.changes += 1; });
  });
  // The first event of the stream tells what is known already.
  await page.waitForTimeout(500);
  await server.act('hero', {action: 'kill'});
  await page.waitForFunction(() => window.changes > 0, null, {timeout: kNewsMilliseconds});
  assert.equal(await page.evaluate(() => window.client.details('hero', 9).source), 'rule');
  await context.close();
});

test('a component is exposed when it is shown, once, and follows the news', async () => {
  const context = await browser.newContext();
  site.files.set('/react.js', {type: 'text/javascript', text: await reactPage()});
  const {unit, value} = await memberOf('search');
  const page = await openShop(context, {attributes: {id: unit}});
  await page.evaluate(() => import('/react.js').then(({show}) => show(window.client, document.getElementById('main'))));
  await page.waitForFunction((ranking) => document.getElementById('ranking')?.textContent === ranking, value.ranking);
  const experiments = async () => (await eventsOf(unit)).map(({experiment}) => experiment);
  await until('the exposure', async () => (await experiments()).length > 0);
  // Of the banner, which is not shown, nobody is exposed.
  assert.deepEqual(await experiments(), ['search']);
  await page.click('#more');
  await page.waitForSelector('#banner');
  await server.act('search', {action: 'kill'});
  await page.waitForFunction(() => document.getElementById('ranking').textContent === 'popularity');
  assert.deepEqual((await experiments()).filter((experiment) => experiment === 'search'), ['search']);
  await context.close();
});

test('the pages of the guide, word for word', async () => {
  const guide = readFileSync(new URL('../../docs/how-to/use-the-web-sdk.md', import.meta.url), 'utf8');
  const [first, bootstrapped] = [...guide.matchAll(/```html\n(.*?)```/gs)].map(([, block]) =>
    block.replaceAll('https://abtest.example', host).replaceAll('client_5f0c...', server.clientKey));
  const payload = await (await fetch(`${host}/api/features/${server.clientKey}`)).text();
  const shop = '<!doctype html><link rel="icon" href="data:,"><main id="checkout"><button id="buy">Buy</button></main>';
  site.files.set('/first', {type: 'text/html', text: shop + first});
  const [, rest] = bootstrapped.split(/<!--.*-->/);
  const ask = 'document.querySelector("#checkout").dataset.steps = converge.flag("checkout_steps", 9);';
  const flags = `<script type="application/json" id="flags">${payload.replaceAll('<', '\\u003c')}`;
  site.files.set('/bootstrapped', {type: 'text/html', text: shop + flags + rest.replace(/<\/script>\s*$/, `${ask}</script>`)});
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const path of ['first', 'bootstrapped']) {
    await page.goto(site.url + path);
    await page.waitForSelector('#checkout[data-steps]');
    assert.match(await page.getAttribute('#checkout', 'data-steps'), /^[123]$/);
  }
  await page.goto(`${site.url}first`);
  await page.waitForSelector('#checkout[data-steps]');
  await page.click('#buy');
  const [, visitor] = /converge_visitor=(\w+)/.exec(await page.evaluate(() => document.cookie));
  await allStored(visitor, ['purchase']);
  const {id, value, properties} = (await eventsOf(visitor)).find(({type}) => type === 'outcome');
  assert.deepEqual([id, value, properties], ['order-4711', 49.9, {items: 2}]);
  await context.close();
});

test('the page is shown when definitions are there, and at the limit when they are not', async () => {
  // Takes connections and never answers.
  const silent = createServer(() => {});
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => window.sdk !== undefined);
  const hide = (given, limit) => page.evaluate(async ([options, milliseconds]) => {
    const client = window.sdk.createClient(options);
    const shown = window.sdk.hideUntil(client.ready, milliseconds);
    const opacity = () => getComputedStyle(document.documentElement).opacity;
    const first = opacity();
    const why = await shown;
    client.close();
    return [first, why, opacity()];
  }, [given, limit]);
  assert.deepEqual(await hide(access, 20_000), ['0', 'ready', '1']);
  assert.deepEqual(await hide({...access, host: `http://127.0.0.1:${silent.address().port}`}, 200), ['0', 'limit', '1']);
  await context.close();
  silent.close();
});
