import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {OpenFeature, ProviderEvents} from '@openfeature/web-sdk';

import {ConvergeProvider} from '../dist/openfeature/index.js';
import {FakePage, kPayload} from './fake_page.mjs';

const page = new FakePage();
const converge = page.client({bootstrap: kPayload, attributes: {}});
await OpenFeature.setContext({targetingKey: 'user-2', country: 'DE'});
await OpenFeature.setProviderAndWait(new ConvergeProvider(converge));
const client = OpenFeature.getClient();
after(() => OpenFeature.close());

test('values, reasons and errors are those of OpenFeature', () => {
  const {value, variant, reason, flagMetadata} = client.getStringDetails('colour', 'none');
  assert.deepEqual([value, variant, reason, flagMetadata], ['blue', 'blue', 'SPLIT', {experiment: 'colours', variant: 'blue'}]);
  assert.deepEqual([client.getNumberDetails('size', 1).value, client.getNumberDetails('size', 1).reason], [20, 'DEFAULT']);
  assert.equal(client.getNumberDetails('colour', 1).errorCode, 'TYPE_MISMATCH');
  assert.equal(client.getBooleanDetails('unheard of', true).errorCode, 'FLAG_NOT_FOUND');
});

test('an evaluation is the exposure, once, and track is an outcome', async () => {
  client.getStringValue('colour', 'none');
  client.track('purchase', {value: 49.9, items: 2});
  await page.pass(60_000);
  assert.deepEqual(page.sent.map(({id, ts, ...event}) => event), [
    {type: 'exposure', unit: 'user-2', experiment: 'colours', variant: 'blue', attributes: {country: 'DE'}},
    {type: 'outcome', unit: 'user-2', name: 'purchase', value: 49.9, properties: {items: 2}}]);
});

test('another context is another unit, without what the old one had', async () => {
  page.requests = [];
  await OpenFeature.setContext({targetingKey: 'user-0'});
  assert.equal(client.getStringValue('colour', 'none'), 'red');
  await page.pass(60_000);
  assert.deepEqual(page.sent.map(({unit, attributes}) => [unit, attributes]), [['user-0', {}]]);
});

test('news of the stream is a changed configuration', () => {
  let changes = 0;
  client.addHandler(ProviderEvents.ConfigurationChanged, () => { changes += 1; });
  page.streams[0].dispatchEvent(new MessageEvent('features', {data: JSON.stringify({dateUpdated: '2', features: {}})}));
  assert.equal(changes, 1);
});
