import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';

import {FakePage} from './fake_page.mjs';

const kMinute = 60_000;
let page;
beforeEach(() => {
  page = new FakePage();
});

const options = {bootstrap: {features: {}}};
const names = (events) => events.map(({name}) => name);

test('outcomes go in batches, with ids and the times at which they were', async () => {
  const client = page.client(options);
  client.track('view');
  await page.pass(100);
  client.track('purchase', {id: 'order-9', value: 49.9, properties: {items: 2}});
  await page.pass(10 * kMinute);
  assert.equal(page.requests.length, 1);
  assert.equal(page.requests[0].url, 'https://ab.example/v1/events?client_key=client_0123456789');
  assert.equal(page.requests[0].keepalive, true);
  const [view, purchase] = page.sent;
  assert.equal(view.id.length, 20);
  assert.match(view.ts, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual({...purchase, ts: ''}, {
    type: 'outcome', unit: 'u1', id: 'order-9', ts: '', name: 'purchase', value: 49.9, properties: {items: 2}});
  assert.deepEqual(page.kept.filter((name) => name.includes('event:')), []);
});

test('without a network events wait, longer each time, and then go once', async () => {
  page.answer = () => new TypeError('no network');
  const client = page.client(options);
  client.track('a');
  await page.pass(20 * kMinute);
  const gaps = page.requests.slice(1).map(({at}, i) => at - page.requests[i].at);
  assert.ok(gaps[0] >= 500 && gaps[0] <= 1_000, `${gaps}`);
  for (let i = 1; i < gaps.length; i += 1) {
    const limit = Math.min(300_000, 1_000 * 2 ** i);
    assert.ok(gaps[i] >= limit / 2 && gaps[i] <= limit, `${gaps}`);
  }
  page.answer = () => ({});
  window.dispatchEvent(new Event('online'));
  await page.pass(0);
  const attempts = page.requests.length;
  await page.pass(20 * kMinute);
  assert.equal(page.requests.length, attempts);
  assert.deepEqual(page.problems, []);
});

test('a full server is left alone as long as it asks, whatever the page does', async () => {
  page.answer = () => ({status: 503, headers: {'retry-after': '120'}});
  const client = page.client(options);
  client.track('a');
  await page.pass(1_000);
  window.dispatchEvent(new Event('online'));
  await client.flush();
  client.track('b');
  await page.pass(118_000);
  assert.equal(page.requests.length, 1);
  page.answer = () => ({});
  await page.pass(5_000);
  assert.deepEqual(names(page.sent.slice(1)), ['a', 'b']);
});

test('items that the server rejects are told and not sent again', async () => {
  page.answer = () => ({rejected: [{index: 1, reason: 'value', error: 'value: a number is expected'}]});
  const client = page.client(options);
  client.track('good');
  client.track('bad', {value: 'nine'});
  await page.pass(10 * kMinute);
  assert.equal(page.requests.length, 1);
  assert.equal(page.problems.length, 1);
  assert.match(page.problems[0].message, /^value: value: a number is expected: .*"bad"/);
});

test('a body that is refused is halved until the culprit stands alone', async () => {
  page.answer = ({body}) => (names(body).includes('culprit') ? {status: 400} : {});
  const client = page.client(options);
  for (const name of ['a', 'b', 'culprit', 'c', 'd']) client.track(name);
  await page.pass(kMinute);
  const accepted = page.requests.filter(({body}) => !names(body).includes('culprit')).flatMap(({body}) => names(body));
  assert.deepEqual(accepted.sort(), ['a', 'b', 'c', 'd']);
  assert.deepEqual(page.problems.map(({code}) => code), ['refused']);
});

test('a wrong key loses nothing: events wait until it is put right', async () => {
  page.answer = () => ({status: 401});
  page.client(options).track('a');
  await page.pass(1_000);
  assert.match(page.problems[0].message, /^401 from https:/);
  page.answer = () => ({});
  await page.pass(10 * kMinute);
  assert.deepEqual(names(page.requests.at(-1).body), ['a']);
});

test('what was not sent is there after a reload, in its order, and goes once', async () => {
  page.answer = () => new TypeError('no network');
  const client = page.client(options);
  for (let i = 0; i < 250; i += 1) client.track(`e${i}`);
  await page.pass(1_000);
  page.load('https://shop.example/next');
  page.requests = [];
  page.answer = () => ({});
  page.client(options).track('after');
  await page.pass(kMinute);
  assert.deepEqual(names(page.sent), [...Array.from({length: 250}, (_, i) => `e${i}`), 'after']);
  assert.deepEqual(page.requests.map(({body}) => body.length), [100, 100, 51]);
  page.load('https://shop.example/last');
  page.requests = [];
  page.client(options);
  await page.pass(kMinute);
  assert.deepEqual(page.sent, []);
});

test('the queue has an end, and says what it refused', async () => {
  page.answer = () => new TypeError('no network');
  const client = page.client(options);
  for (let i = 0; i < 1_001; i += 1) client.track(`e${i}`);
  assert.deepEqual(page.problems.map(({code}) => code), ['queue_full']);
  assert.match(page.problems[0].message, /e1000/);
  client.track('large', {properties: {text: 'ä'.repeat(31_000)}});
  assert.equal(page.problems[1].code, 'event_too_large');
  assert.equal(page.kept.filter((name) => name.includes('event:')).length, 1_000);
});

test('no request is larger than a page that goes away may send', async () => {
  const client = page.client(options);
  for (let i = 0; i < 50; i += 1) client.track(`e${i}`, {properties: {text: 'ä'.repeat(2_000)}});
  await page.pass(kMinute);
  assert.equal(page.sent.length, 50);
  for (const {body} of page.requests) assert.ok(Buffer.byteLength(JSON.stringify(body)) <= 60_000);
});

test('a page that is hidden hands over what waits, once, and keeps it until the server has answered', async () => {
  page.answer = () => new TypeError('no network');
  const client = page.client(options);
  for (const name of ['a', 'b']) client.track(name);
  page.turn('hidden');
  window.dispatchEvent(new Event('pagehide'));
  assert.deepEqual((await Promise.all(page.beacons)).map(names), [['a', 'b']]);
  client.track('c');
  window.dispatchEvent(new Event('pagehide'));
  assert.deepEqual(names((await Promise.all(page.beacons))[1]), ['c']);
  assert.equal(page.kept.filter((name) => name.includes('event:')).length, 3);
  page.answer = () => ({});
  page.turn('visible');
  await page.pass(kMinute);
  assert.deepEqual(names(page.requests.at(-1).body), ['a', 'b', 'c']);
  assert.equal(page.kept.filter((name) => name.includes('event:')).length, 0);
});

test('where nothing can be stored events are sent all the same', async () => {
  Object.defineProperty(globalThis, 'localStorage', {configurable: true, get: () => {
    throw new Error('SecurityError');
  }});
  page.client(options).track('a');
  await page.pass(kMinute);
  assert.deepEqual(names(page.sent), ['a']);
  Object.defineProperty(globalThis, 'localStorage', {configurable: true, writable: true, value: undefined});
  page.storage.setItem = () => {
    throw new Error('QuotaExceededError');
  };
  page.load('https://shop.example/full');
  page.client(options).track('b');
  await page.pass(kMinute);
  assert.deepEqual(names(page.sent), ['a', 'b']);
});

test('a portal that answers everything with its own page takes no events', async () => {
  globalThis.fetch = async () => new Response('<html>log in</html>', {status: 200});
  page.client(options).track('a');
  await page.pass(1_000);
  assert.equal(page.kept.filter((name) => name.includes('event:')).length, 1);
});
