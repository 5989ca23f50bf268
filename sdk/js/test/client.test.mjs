import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';

import {createClient} from '../dist/index.js';
import {FakePage, kPayload} from './fake_page.mjs';

const kMinute = 60_000;
let page;
beforeEach(() => {
  page = new FakePage();
});

const bootstrap = kPayload;
const exposures = (events) =>
  events.filter(({type}) => type === 'exposure').map(({experiment, variant, source}) => [experiment, variant, source]);

test('a bootstrap answers at once, and nothing is fetched', async () => {
  const client = page.client({bootstrap, attributes: {id: 'user-2'}});
  assert.equal(client.flag('colour', 'none'), 'blue');
  assert.equal(client.flag('size', 10), 20);
  await client.ready;
  assert.deepEqual(page.requests, []);
});

test('without a bootstrap fallbacks count until definitions are there, and expose nobody', async () => {
  page.payload = kPayload;
  const client = page.client({attributes: {id: 'user-2'}});
  assert.deepEqual(client.details('colour', 'none'), {value: 'none', source: 'notReady'});
  assert.equal(client.flag('colour', 'none'), 'none');
  await client.ready;
  assert.deepEqual(client.details('colour', 'none'), {value: 'blue', source: 'experiment', experiment: 'colours', variant: 'blue'});
  await page.pass(kMinute);
  assert.deepEqual(page.sent, []);
});

test('definitions that are not to be had are asked for again, and say so', async () => {
  const client = page.client();
  await client.ready;
  assert.match(page.problems[0].message, /^https:\/\/ab\.example: Error: 503 none$/);
  page.payload = kPayload;
  await page.pass(1_000);
  assert.equal(client.flag('size', 10), 20);
});

test('the first use is the exposure, once per unit and variant, also after a reload', async () => {
  const attributes = {id: 'user-2', country: 'DE'};
  const client = page.client({bootstrap, attributes});
  client.details('colour', 'none');
  client.flag('size', 10);
  await page.pass(kMinute);
  assert.deepEqual(page.sent, []);
  for (let i = 0; i < 3; i += 1) client.flag('colour', 'none');
  await page.pass(kMinute);
  page.load('https://shop.example/next');
  page.client({bootstrap, attributes}).flag('colour', 'none');
  await page.pass(kMinute);
  assert.deepEqual(page.sent.map(({id, ts, ...event}) => event), [
    {type: 'exposure', unit: 'user-2', experiment: 'colours', variant: 'blue', attributes: {country: 'DE'}}]);
});

test('another unit, another phase, another server: another exposure', async () => {
  const client = page.client({bootstrap, attributes: {id: 'user-2'}});
  client.flag('colour', '');
  await client.setAttributes({id: 'user-0'});
  client.flag('colour', '');
  const next = structuredClone(kPayload);
  next.dateUpdated = '2';
  next.features.colour.rules[0].phase = '2';
  page.streams[0].dispatchEvent(new MessageEvent('features', {data: JSON.stringify(next)}));
  client.flag('colour', '');
  await page.pass(kMinute);
  page.load('https://shop.example/');
  for (const clientKey of ['client_0123456789', 'client_of_a_new_server']) {
    page.client({bootstrap: next, attributes: {id: 'user-0'}, clientKey}).flag('colour', '');
    await page.pass(kMinute);
  }
  assert.deepEqual(exposures(page.sent).map(([, variant]) => variant), ['blue', 'control', 'control', 'control']);
});

test('an exposure that the server rejects is tried again at the next use', async () => {
  page.answer = () => ({rejected: [{index: 0, reason: 'ts_future', error: 'ts: 10 minutes ahead'}]});
  const client = page.client({bootstrap});
  client.flag('colour', '');
  await page.pass(kMinute);
  page.answer = () => ({});
  client.flag('colour', '');
  client.flag('colour', '');
  await page.pass(kMinute);
  assert.equal(exposures(page.sent).length, 2);
});

test('whoever gets the fallback because of its type is not exposed, whoever gets it for null is', async () => {
  const client = page.client({bootstrap});
  assert.equal(client.flag('colour', 3), 3);
  assert.equal(client.details('colour', 3).source, 'wrongType');
  assert.equal(client.flag('nothing', 'mine'), 'mine');
  assert.equal(client.details('nothing', 'mine').source, 'default');
  assert.equal(client.details('unheard of', 1).source, 'unknownFlag');
  await page.pass(kMinute);
  assert.deepEqual(page.sent, []);
  const payload = structuredClone(kPayload);
  payload.features.colour.rules[0].variations[0] = null;
  payload.features.colour.rules[0].variations[1] = null;
  page.client({bootstrap: payload, attributes: {id: 'u2'}}).flag('colour', 'mine');
  await page.pass(kMinute);
  assert.equal(exposures(page.sent).length, 1);
});

test('a variant that the address forces is marked', async () => {
  page.load('https://shop.example/?colours=blue');
  const client = page.client({bootstrap, attributes: {id: 'user-0'}});
  assert.equal(client.flag('colour', ''), 'blue');
  assert.equal(client.details('colour', '').source, 'forced');
  await page.pass(kMinute);
  assert.deepEqual(exposures(page.sent), [['colours', 'blue', 'qa']]);
});

test('before consent nothing is kept and nothing sent, and afterwards what happened is', async () => {
  const client = page.client({bootstrap, consent: 'pending', attributes: {}});
  const before = client.flag('colour', '');
  client.track('view');
  await page.pass(kMinute);
  page.turn('hidden');
  page.turn('visible');
  await client.flush();
  await page.pass(kMinute);
  assert.deepEqual([page.requests, page.beacons, page.kept, document.cookie], [[], [], [], '']);
  client.setConsent('granted');
  assert.equal(client.flag('colour', ''), before);
  await page.pass(kMinute);
  assert.deepEqual(page.sent.map(({type}) => type), ['exposure', 'outcome']);
  assert.equal(document.cookie, `converge_visitor=${page.sent[0].unit}`);
});

test('consent that is taken back takes everything with it', async () => {
  page.answer = () => new TypeError('no network');
  const client = page.client({bootstrap, attributes: {}});
  client.flag('colour', '');
  client.track('view');
  await page.pass(1_000);
  assert.ok(page.kept.length > 1);
  const attempts = page.requests.length;
  client.setConsent('denied');
  client.track('later');
  client.flag('colour', '');
  page.turn('hidden');
  await page.pass(10 * kMinute);
  assert.deepEqual([page.kept, document.cookie, page.beacons, page.requests.length], [[], '', [], attempts]);
  page.answer = () => ({});
  client.setConsent('granted');
  client.track('wanted again');
  await page.pass(kMinute);
  assert.deepEqual(page.requests.slice(attempts).flatMap(({body}) => body).map(({name}) => name), ['wanted again']);
});

test('whoever is undecided again is asked like anyone who never decided', async () => {
  const client = page.client({bootstrap, attributes: {}});
  client.track('before');
  await page.pass(kMinute);
  client.setConsent('pending');
  client.track('meanwhile');
  page.turn('hidden');
  await page.pass(kMinute);
  assert.deepEqual([page.kept, document.cookie, page.beacons, page.sent.length], [[], '', [], 1]);
  client.setConsent('granted');
  await page.pass(kMinute);
  assert.deepEqual(page.sent.map(({name}) => name), ['before', 'meanwhile']);
});

test('a visitor is the same one on the next page, by cookie or by storage, and a new one where neither is wanted', async () => {
  const unitWith = async (visitor) => {
    page.load('https://shop.example/');
    page.requests = [];
    page.client({bootstrap, attributes: {}, visitor}).track('view');
    await page.pass(kMinute);
    return page.sent[0].unit;
  };
  for (const keep of ['cookie', 'storage']) {
    const visitor = {keep, name: `v_${keep}`};
    assert.equal(await unitWith(visitor), await unitWith(visitor));
  }
  assert.notEqual(await unitWith({keep: 'none'}), await unitWith({keep: 'none'}));
});

test('a login takes the visitor\'s place', async () => {
  const client = page.client({bootstrap, attributes: {}});
  await client.setAttributes({id: 'login-7'});
  client.track('view');
  await client.setAttributes({id: undefined});
  client.track('view');
  await page.pass(kMinute);
  assert.equal(page.sent[0].unit, 'login-7');
  assert.equal(page.sent[1].unit.length, 20);
});

test('an attribute that is not there yet is as if it were not named', async () => {
  const client = page.client({bootstrap, attributes: {id: undefined, country: 'DE'}});
  client.flag('colour', '');
  await page.pass(kMinute);
  assert.equal(page.sent[0].unit.length, 20);
  const nobody = page.client({bootstrap, attributes: {id: ''}});
  nobody.track('view');
  assert.deepEqual(page.problems, [{code: 'no_unit', message: '"view" is of nobody: no attribute "id"'}]);
});

test('unit kinds are named where the page names them', async () => {
  const payload = structuredClone(kPayload);
  payload.features.colour.rules[0].hashAttribute = 'account';
  const units = {user_id: 'id', account_id: 'account'};
  const client = page.client({bootstrap: payload, units, attributes: {id: 'u1', account: 'a1', plan: 'pro'}});
  client.flag('colour', '');
  client.track('view');
  await client.setAttributes({account: undefined});
  client.track('view');
  await page.pass(kMinute);
  assert.deepEqual(page.sent.map((event) => event.units), [{account_id: 'a1'}, {user_id: 'u1', account_id: 'a1'}, {user_id: 'u1'}]);
  assert.deepEqual(page.sent[0].attributes, {plan: 'pro'});
});

test('news by the stream changes flags and tells listeners, the same again does not', async () => {
  const client = page.client({bootstrap});
  let calls = 0;
  const stop = client.onChange(() => { calls += 1; });
  const news = (payload) => page.streams[0].dispatchEvent(new MessageEvent('features', {data: JSON.stringify(payload)}));
  assert.equal(page.streams[0].url, 'https://ab.example/sub/client_0123456789');
  news(kPayload);
  assert.equal(calls, 0);
  news({dateUpdated: '2', features: {size: {defaultValue: 30}}});
  assert.deepEqual([calls, client.flag('size', 0)], [1, 30]);
  stop();
  news({dateUpdated: '3', features: {}});
  assert.equal(calls, 1);
});

test('a hidden page streams nothing, and streams again when it is looked at', async () => {
  page.client({bootstrap});
  page.turn('hidden');
  assert.equal(page.streams[0].readyState, 2);
  page.turn('visible');
  assert.equal(page.streams.length, 2);
  page.streams[1].close();
  page.streams[1].onerror();
  await page.pass(1_000);
  assert.equal(page.streams.length, 3);
});

test('remote evaluation asks for this unit, after consent, and again for other attributes', async () => {
  const asked = [];
  page.answer = ({url}) => (assert.match(url, /events/), {});
  const events = globalThis.fetch;
  globalThis.fetch = async (url, request) => {
    if (!url.endsWith('/api/eval/client_0123456789')) return events(url, request);
    const {attributes} = JSON.parse(request.body);
    const {id} = attributes;
    asked.push(attributes);
    const result = {key: 'blue', featureId: 'colour', hashAttribute: 'id', hashValue: id};
    const rules = [{force: id, tracks: [{experiment: {key: 'colours', phase: '1'}, result}]}];
    return Response.json({dateUpdated: '1', features: {colour: {defaultValue: id, rules}}});
  };
  const client = page.client({evaluation: 'remote', consent: 'pending', attributes: {id: 'first'}});
  await client.ready;
  assert.deepEqual([asked, client.flag('colour', 'none')], [[], 'none']);
  client.setConsent('granted');
  await page.pass(0);
  assert.equal(client.flag('colour', 'none'), 'first');
  await client.setAttributes({id: 'second'});
  assert.deepEqual(client.details('colour', 'none'), {value: 'second', source: 'experiment', experiment: 'colours', variant: 'blue'});
  client.flag('colour', 'none');
  await page.pass(kMinute);
  assert.deepEqual(page.sent.map(({unit}) => unit), ['first', 'second']);
  page.streams[0].dispatchEvent(new MessageEvent('features', {data: '{}'}));
  page.streams[0].dispatchEvent(new MessageEvent('features-updated', {data: ''}));
  assert.equal(asked.length, 4);
});

test('definitions that are encrypted are told of, and a server that asks for a pause gets it', async () => {
  page.payload = {features: {}, encryptedFeatures: 'iv.cipher'};
  await page.client().ready;
  assert.match(page.problems[0].message, /encrypted for this key: use one without decryption_key/);
  page.load('https://shop.example/');
  const asked = [];
  globalThis.fetch = async () => {
    asked.push(page.now);
    return Response.json({error: 'too many'}, {status: 429, headers: {'retry-after': '30'}});
  };
  page.client();
  await page.pass(31_000);
  assert.equal(asked.length, 2);
  assert.equal(asked[1] - asked[0], 30_000);
});

test('an answer for attributes that are no longer those counts for nothing', async () => {
  const answers = [];
  globalThis.fetch = (url, {body}) => new Promise((resolve) => {
    const {attributes} = JSON.parse(body);
    answers.push(() => resolve(Response.json({features: {size: {defaultValue: attributes.age}}})));
  });
  const client = page.client({evaluation: 'remote', attributes: {id: 'u1', age: 1}});
  assert.equal(answers.length, 1);
  const second = client.setAttributes({age: 2});
  answers.at(-1)();
  await second;
  answers.slice(0, -1).forEach((late) => late());
  await page.pass(0);
  assert.equal(client.flag('size', 0), 2);
});

test('sticky assignments are kept for the next page', async () => {
  const payload = structuredClone(kPayload);
  Object.assign(payload.features.colour.rules[0], {disableStickyBucketing: false, condition: {country: 'DE'}, bucketVersion: 1});
  const on = (country) => {
    page.load('https://shop.example/');
    return page.client({bootstrap: payload, attributes: {id: 'user-2', country}}).flag('colour', '');
  };
  assert.deepEqual([on('US'), on('DE'), on('US')], ['grey', 'blue', 'blue']);
  const stickyDocuments = [{attributeName: 'id', attributeValue: 'user-0', assignments: {colours__1: 'blue'}}];
  assert.equal(page.client({bootstrap: payload, attributes: {id: 'user-0', country: 'US'}, stickyDocuments}).flag('colour', ''), 'blue');
  await page.pass(kMinute);
});

test('a client that is closed sends nothing more and loses nothing', async () => {
  const client = page.client({bootstrap});
  client.track('a');
  client.close();
  await page.pass(kMinute);
  assert.deepEqual([page.requests, page.streams.map(({readyState}) => readyState)], [[], [2]]);
  page.load('https://shop.example/');
  page.client({bootstrap});
  await page.pass(kMinute);
  assert.deepEqual(page.sent.map(({name}) => name), ['a']);
});

test('options that cannot be meant are refused by name', () => {
  const good = {host: 'https://ab.example', clientKey: 'k', consent: 'granted'};
  assert.throws(() => createClient({...good, host: 'ab.example'}), /host: expected an address with http or https, not "ab\.example"/);
  assert.throws(() => createClient({...good, clientKey: ''}), /clientKey/);
  assert.throws(() => createClient({host: good.host, clientKey: 'k'}), /consent: expected granted, pending, denied, not "undefined"/);
  assert.throws(() => createClient({...good, evaluation: 'server'}), /evaluation: expected local or remote/);
});
