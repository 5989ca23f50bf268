// OpenFeature's stock web provider against a real server: it follows the event stream of the answer for all flags, so that a change of
// the catalog reaches a page within a second, and what it then evaluates is what `POST /v1/assign` says. Exit status 0: it does; 1: it does not.
//   node openfeature_streams.mjs --program build/release/cli/converge --definitions FOLDER
import {isDeepStrictEqual, parseArgs} from 'node:util';

import {OFREPWebProvider} from '@openfeature/ofrep-web-provider';
import {OpenFeature, ProviderEvents} from '@openfeature/web-sdk';

import {ConvergeServe} from './converge_serve.mjs';
import {EventSource} from './event_source.mjs';
import {attributesOf, unitId} from './unit_ids.mjs';

const kNewsMilliseconds = 1_000;
const kPatienceMilliseconds = 20_000;
const kUnits = 200;

const {values: options} = parseArgs({options: Object.fromEntries(
  ['program', 'definitions'].map((name) => [name, {type: 'string'}]))});
for (const name of ['program', 'definitions']) {
  if (options[name] === undefined) {
    console.error(`openfeature_streams: --${name} is missing`);
    process.exit(2);
  }
}

let failed = 0;
function check(claim, holds, detail = '') {
  console.log(`${holds ? 'ok' : 'NOT OK'}: ${claim}${detail === '' ? '' : ` (${detail})`}`);
  if (!holds) failed += 1;
}

async function until(what, isDone) {
  const end = Date.now() + kPatienceMilliseconds;
  while (!isDone()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${kPatienceMilliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

// A unit whose answer the end of the banner's experiment will change.
async function unitWithBanner(server) {
  for (let index = 0; index < kUnits; index += 1) {
    const [assignment] = (await server.assign(unitId(index), attributesOf(index))).filter(({flag}) => flag === 'banner');
    if (assignment.value === true && assignment.in_experiment) return index;
  }
  throw new Error('no unit has the banner');
}

const server = await ConvergeServe.start(options.program, options.definitions);
globalThis.EventSource = EventSource;
try {
  const requests = [];
  const fetchImplementation = async (...asked) => {
    const question = new Request(...asked);
    const {url, headers} = question;
    const response = await fetch(question);
    requests.push({url: new URL(url), tag: headers.get('if-none-match'), status: response.status, body: await response.clone().text()});
    return response;
  };
  const index = await unitWithBanner(server);
  const valuesServed = async () => Object.fromEntries(
    (await server.assign(unitId(index), attributesOf(index))).map(({flag, value}) => [flag, value]));
  const client = OpenFeature.getClient();
  const valuesOf = (served) => Object.fromEntries(Object.entries(served).map(([flag, value]) => [flag, ({
    boolean: () => client.getBooleanValue(flag, !value),
    number: () => client.getNumberValue(flag, -1),
    string: () => client.getStringValue(flag, 'none'),
    object: () => client.getObjectValue(flag, {}),
  })[typeof value]()]));

  await OpenFeature.setContext({targetingKey: unitId(index), ...attributesOf(index)});
  await OpenFeature.setProviderAndWait(new OFREPWebProvider({
    baseUrl: `http://127.0.0.1:${server.port}`,
    headers: [['X-API-Key', server.clientKey]],
    fetchImplementation,
  }));
  const before = await valuesServed();
  check('a page evaluates as assigned', isDeepStrictEqual(valuesOf(before), before));
  check('it has opened one stream', EventSource.open.size === 1, [...EventSource.open].map(({url}) => new URL(url).pathname).join());
  const [stream] = EventSource.open;
  await until('the stream opens', () => stream.readyState === 1);

  let news = 0;
  client.addHandler(ProviderEvents.ConfigurationChanged, () => { news += 1; });
  const asked = requests.length;
  const begin = performance.now();
  await server.act('banner', {action: 'kill'});
  await until('news of the kill', () => news > 0);
  const took = performance.now() - begin;
  const after = await valuesServed();
  check('a change arrives within a second', took < kNewsMilliseconds, `${took.toFixed(0)} ms from the order to the new value`);
  check('it changes what the page shows', client.getBooleanValue('banner', true) === false && !isDeepStrictEqual(before, after));
  check('the page then evaluates as assigned', isDeepStrictEqual(valuesOf(after), after));

  const refetch = requests.at(-1);
  const {version} = JSON.parse(refetch.body).metadata;
  check('one request was enough', requests.length === asked + 1);
  check('it named the configuration and its own tag', refetch.url.searchParams.get('flagConfigEtag') === version &&
    /^\d+$/.test(refetch.url.searchParams.get('flagConfigLastModified')) && refetch.tag !== null);
  check('the answer saw that configuration', refetch.status === 200);
  check('the stream goes on', EventSource.open.has(stream) && stream.readyState === 1);

  await OpenFeature.setContext({targetingKey: unitId(index), ...attributesOf(index), country: 'FR'});
  check('a page with another context has one stream still', EventSource.open.size === 1);
  const other = [...EventSource.open][0];
  check('it begins where that evaluation ended', new URL(other.url).searchParams.get('since') === version);

  await until('the second stream opens', () => other.readyState === 1);
  await server.act('hero', {action: 'promote', variant: 'long'});
  await until('news of a promotion', () => news > 1);
  check('news go on after the context changed', true);
  await OpenFeature.close();
  check('a closed provider leaves no stream', EventSource.open.size === 0);
} catch (failure) {
  console.error(`openfeature_streams: ${failure.stack}`);
  failed += 1;
} finally {
  await server.stop();
}
process.exitCode = failed === 0 ? 0 : 1;
