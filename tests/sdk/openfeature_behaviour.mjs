// What OpenFeature's stock providers make of everything that is not a plain value: types, reasons, errors, caches, keys that are wrong
// and limits. Exit status 0: what the protocol promises; 1: something else.
//   node openfeature_behaviour.mjs --program build/release/cli/converge --definitions FOLDER
import {isDeepStrictEqual, parseArgs} from 'node:util';

import {OFREPProvider} from '@openfeature/ofrep-provider';
import {OFREPWebProvider} from '@openfeature/ofrep-web-provider';
import {OpenFeature as OnServers} from '@openfeature/server-sdk';
import {OpenFeature as OnPages, ProviderEvents} from '@openfeature/web-sdk';

import {ConvergeServe} from './converge_serve.mjs';

const kPause = 3_000;
const kLimited = {name: 'limited', role: 'client', key: 'limited_of_the_tests', requests_per_minute: 20};
const kExhausted = {name: 'limited pages', role: 'client', key: 'limited_pages_of_the_tests', requests_per_minute: 20};

const {values: options} = parseArgs({options: Object.fromEntries(
  ['program', 'definitions'].map((name) => [name, {type: 'string'}]))});
for (const name of ['program', 'definitions']) {
  if (options[name] === undefined) {
    console.error(`openfeature_behaviour: --${name} is missing`);
    process.exit(2);
  }
}

let failed = 0;
function check(claim, found, expected) {
  const holds = isDeepStrictEqual(found, expected);
  console.log(`${holds ? 'ok' : 'NOT OK'}: ${claim}${holds ? '' : `\n  expected ${JSON.stringify(expected)}\n  found ${JSON.stringify(found)}`}`);
  if (!holds) failed += 1;
}

// fetch, and how often it was used.
function counted() {
  const counting = async (...request) => {
    counting.requests += 1;
    const response = await fetch(...request);
    counting.statuses.push(response.status);
    return response;
  };
  return Object.assign(counting, {requests: 0, statuses: []});
}

// The localStorage of a page, which Node 18 has not.
class PageStorage {
  #items = new Map();
  getItem(key) { return this.#items.get(key) ?? null; }
  setItem(key, value) { this.#items.set(key, value); }
  removeItem(key) { this.#items.delete(key); }
}

// In the checkout experiment, which is for Germany and France.
const kAdult = {targetingKey: 'user-3', country: 'DE', age: 30, browser: 'firefox'};
const outcome = ({value, reason, errorCode}) => ({value, reason, ...(errorCode && {errorCode})});

async function checkServerSide(server, baseUrl) {
  await OnServers.setProviderAndWait(new OFREPProvider({baseUrl, headers: [['Authorization', `Bearer ${server.clientKey}`]]}));
  const client = OnServers.getClient();
  const assigned = Object.fromEntries((await server.assign(kAdult.targetingKey, kAdult)).map(({flag, value}) => [flag, value]));
  check('a boolean', await client.getBooleanValue('banner', !assigned.banner, kAdult), assigned.banner);
  check('an integer', await client.getNumberValue('checkout_steps', -1, kAdult), assigned.checkout_steps);
  check('an object', await client.getObjectValue('search', {}, kAdult), assigned.search);
  check('a text', await client.getStringValue('extras', '', kAdult), assigned.banner ? 'with banner' : 'none');
  check('another type than the code wants gives the default and says so',
    outcome(await client.getBooleanDetails('checkout_steps', true, kAdult)),
    {value: true, reason: 'ERROR', errorCode: 'TYPE_MISMATCH'});
  check('an unknown flag gives the default and says so', outcome(await client.getStringDetails('a flag/that is not', 'x', kAdult)),
    {value: 'x', reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND'});
  check('without a targeting key a flag that splits says so', outcome(await client.getObjectDetails('search', {}, {})),
    {value: {}, reason: 'ERROR', errorCode: 'TARGETING_KEY_MISSING'});
  check('a key that stands for nobody is an invalid context', outcome(await client.getObjectDetails('search', {}, {targetingKey: '0'})),
    {value: {}, reason: 'ERROR', errorCode: 'INVALID_CONTEXT'});
  check('without a targeting key a flag that needs none answers', outcome(await client.getNumberDetails('checkout_steps', -1, {country: 'JP'})),
    {value: 3, reason: 'DEFAULT'});
  const {flagMetadata} = await client.getBooleanDetails('banner', false, kAdult);
  check('metadata are flat', Object.values(flagMetadata).every((value) => ['string', 'number', 'boolean'].includes(typeof value)), true);

  await OnServers.setProviderAndWait(new OFREPProvider({baseUrl, headers: [['Authorization', 'Bearer not-a-key-of-anyone']]}));
  check('an unknown key is a general error', outcome(await client.getBooleanDetails('banner', true, kAdult)),
    {value: true, reason: 'ERROR', errorCode: 'GENERAL'});
}

// Uses up the requests of a minute, so that the next one is refused.
async function exhaust(baseUrl, {key, requests_per_minute: count}) {
  let answer;
  for (let i = 0; i <= count; i += 1) {
    answer = await fetch(`${baseUrl}/ofrep/v1/evaluate/flags`, {method: 'POST', headers: {'X-API-Key': key}, body: '{}'});
  }
  return answer;
}

async function checkLimitOnServers(baseUrl) {
  const fetchImplementation = counted();
  await OnServers.setProviderAndWait(new OFREPProvider({baseUrl, headers: [['X-API-Key', kLimited.key]], fetchImplementation}));
  const client = OnServers.getClient();
  check('below the limit a flag answers', (await client.getNumberDetails('checkout_steps', -1, kAdult)).errorCode, undefined);
  const answer = await exhaust(baseUrl, kLimited);
  check('beyond it 429', answer.status, 429);
  check('with whole seconds to wait', /^[1-9]\d*$/.test(answer.headers.get('retry-after')), true);
  check('the provider is told once', (await client.getNumberDetails('checkout_steps', -1, kAdult)).errorCode, 'GENERAL');
  const requests = fetchImplementation.requests;
  for (let i = 0; i < 5; ++i) await client.getNumberDetails('checkout_steps', -1, kAdult);
  check('and then asks no more', fetchImplementation.requests, requests);
  await new Promise((resolve) => setTimeout(resolve, kPause + 200));
  check('until the time has passed', (await client.getNumberDetails('checkout_steps', -1, kAdult)).errorCode, undefined);
}

async function checkPages(server, baseUrl) {
  globalThis.localStorage = new PageStorage();
  const fetchImplementation = counted();
  const provider = () => new OFREPWebProvider({
    baseUrl, headers: [['Authorization', `Bearer ${server.clientKey}`]], fetchImplementation, changeDetection: 'none'});
  await OnPages.setContext(kAdult);
  await OnPages.setProviderAndWait(provider());
  const client = OnPages.getClient();
  const fresh = outcome(client.getNumberDetails('checkout_steps', -1));
  check('one request brings all flags', fetchImplementation.requests, 1);
  // The page is loaded again.
  await OnPages.setProviderAndWait(provider());
  check('a page that comes back has its flags at once', outcome(client.getNumberDetails('checkout_steps', -1)),
    {...fresh, reason: 'CACHED'});
  while (fetchImplementation.statuses.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  check('and is told that nothing changed', fetchImplementation.statuses, [200, 304]);
  await OnPages.setContext({...kAdult, country: 'JP'});
  while (fetchImplementation.statuses.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  check('the same unit in another context is evaluated anew', fetchImplementation.statuses, [200, 304, 200]);
  check('an error of one flag leaves the others their values', client.getBooleanDetails('banner', false).errorCode, undefined);

  const states = [];
  OnPages.addHandler(ProviderEvents.Error, ({message}) => states.push(message));
  await OnPages.setProviderAndWait(new OFREPWebProvider({baseUrl, headers: [['X-API-Key', 'not-a-key-of-anyone']]})).catch(() => {});
  check('an unknown key ends the provider', client.providerStatus, 'FATAL');
}

async function checkLimitOnPages(baseUrl) {
  const fetchImplementation = counted();
  await OnPages.setContext(kAdult);
  await OnPages.setProviderAndWait(new OFREPWebProvider({
    baseUrl, headers: [['X-API-Key', kExhausted.key]], fetchImplementation, cacheMode: 'disabled', changeDetection: 'none'}));
  await exhaust(baseUrl, kExhausted);
  const client = OnPages.getClient();
  const before = client.getNumberValue('checkout_steps', -1);
  await OnPages.setContext({...kAdult, age: 31});
  check('a page beyond its limit is told so', fetchImplementation.statuses.at(-1), 429);
  check('and keeps the flags it has', client.getNumberValue('checkout_steps', -1), before);
  const requests = fetchImplementation.requests;
  for (let age = 32; age < 36; ++age) await OnPages.setContext({...kAdult, age});
  check('and asks no more meanwhile', fetchImplementation.requests, requests);
}

const server = await ConvergeServe.start(options.program, options.definitions, [], {keys: [kLimited, kExhausted]});
try {
  const baseUrl = `http://127.0.0.1:${server.port}`;
  await checkServerSide(server, baseUrl);
  await checkLimitOnServers(baseUrl);
  await checkPages(server, baseUrl);
  await checkLimitOnPages(baseUrl);
  await Promise.all([OnServers.close(), OnPages.close()]);
} catch (failure) {
  console.error(`openfeature_behaviour: ${failure.stack}`);
  failed += 1;
} finally {
  await server.stop();
}
process.exitCode = failed === 0 ? 0 : 1;
