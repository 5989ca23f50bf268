// A real GrowthBook client that knows only apiHost and clientKey (and decryptionKey), against a real server: local evaluation of plain
// and of encrypted payloads, remote evaluation, streaming and the tracking plugin agree with `POST /v1/assign`. Exit status 0: all agree; 1: they do not.
//   node growthbook_http.mjs --program build/release/cli/converge --definitions FOLDER
// CONVERGE_PROTOCOL_IDS is how many ids, 1,000 without it.
import {webcrypto} from 'node:crypto';
import {isDeepStrictEqual, parseArgs} from 'node:util';

import {configureCache, GrowthBook, GrowthBookClient, setPolyfills} from '@growthbook/growthbook';
import {growthbookTrackingPlugin} from '@growthbook/growthbook/plugins';

import {ConvergeServe} from './converge_serve.mjs';
import {EventSource} from './event_source.mjs';
import {answerOf} from './growthbook.mjs';
import {attributesOf, unitId} from './unit_ids.mjs';

const kIds = Number(process.env.CONVERGE_PROTOCOL_IDS ?? 1_000);
const kIdsInFlight = 50;
// The plugin sends what it has gathered for 100 ms in one body, and no page has thousands of users.
const kIdsOfABatch = 500;
const kBatchMilliseconds = 150;
const kNewsMilliseconds = 1_000;
const kPatienceMilliseconds = 20_000;
const kDisagreementsShown = 10;

const {values: options} = parseArgs({options: Object.fromEntries(
  ['program', 'definitions'].map((name) => [name, {type: 'string'}]))});
for (const name of ['program', 'definitions']) {
  if (options[name] === undefined) {
    console.error(`growthbook_http: --${name} is missing`);
    process.exit(2);
  }
}

configureCache({disableCache: true});
setPolyfills({EventSource, SubtleCrypto: webcrypto.subtle});
const kEncrypted = {name: 'encrypted', role: 'client', key: 'encrypted_of_the_tests', decryption_key: 'AAECAwQFBgcICQoLDA0ODw=='};
const kRemote = {name: 'remote', role: 'client', key: 'remote_of_the_tests', evaluation: 'remote'};
const server = await ConvergeServe.start(options.program, options.definitions, [], {keys: [kEncrypted, kRemote]});
const access = {apiHost: `http://127.0.0.1:${server.port}`, clientKey: server.clientKey};
const encryptedAccess = {apiHost: access.apiHost, clientKey: kEncrypted.key, decryptionKey: kEncrypted.decryption_key};

const userOf = (index) => ({...attributesOf(index), id: unitId(index)});
const indices = Array.from({length: kIds}, (_, i) => i);

// What POST /v1/assign says of every unit, in the terms of the client.
async function assignments() {
  const answers = [];
  for (let begin = 0; begin < kIds; begin += kIdsInFlight) {
    const group = indices.slice(begin, begin + kIdsInFlight);
    answers.push(...await Promise.all(group.map((index) => server.assign(unitId(index), attributesOf(index)))));
  }
  return answers.map((served) => served.map(({flag, value, variant, in_experiment: isIn, bucket}) => (
    {flag, value, variation: isIn ? variant : null, bucket: isIn ? bucket : null})));
}

function report(name, expected, found) {
  const wrong = indices.filter((index) => !isDeepStrictEqual(expected[index], found[index]));
  const answers = found.flat();
  const members = answers.filter(({variation}) => variation !== null).length;
  console.log(`${name}: ${found.length} ids, ${answers.length} answers, ${members} of them in an experiment: ${wrong.length} ids disagree`);
  for (const index of wrong.slice(0, kDisagreementsShown)) {
    console.log(`${unitId(index)}\n  /v1/assign: ${JSON.stringify(expected[index])}\n  ${name}: ${JSON.stringify(found[index])}`);
  }
  if (wrong.length > 0 || members === 0) process.exitCode = 1;
}

function localAnswers(client, expected, some = indices) {
  return some.map((index) => expected[index].map(({flag}) =>
    answerOf(flag, client.evalFeature(flag, {attributes: userOf(index)}))));
}

// With remote evaluation the client learns of experiments by the exposures that come with the features.
async function remoteAnswers(index, flags) {
  const exposures = new Map();
  const client = new GrowthBook({
    ...access,
    remoteEval: true,
    attributes: userOf(index),
    trackingCallback: (_, result) => exposures.set(result.featureId, result),
  });
  const {success, error} = await client.init({timeout: kPatienceMilliseconds});
  if (!success) throw error ?? new Error('remote evaluation does not answer');
  const answers = flags.map((flag) => {
    const {value} = client.evalFeature(flag);
    return answerOf(flag, {value, experimentResult: exposures.get(flag)});
  });
  client.destroy();
  return answers;
}

async function checkLocal(expected) {
  const client = new GrowthBookClient(access);
  await client.init({timeout: kPatienceMilliseconds});
  report('local evaluation', expected, localAnswers(client, expected));
  client.destroy();
}

async function checkEncrypted(expected) {
  const client = new GrowthBookClient(encryptedAccess);
  await client.init({timeout: kPatienceMilliseconds});
  report('local evaluation of an encrypted payload', expected, localAnswers(client, expected));
  client.destroy();
  const text = await (await fetch(`${access.apiHost}/api/features/${kEncrypted.key}`)).text();
  const leaked = ['checkout', 'banner', 'country', 'user-6'].filter((word) => text.includes(word));
  const strangers = new GrowthBookClient({...encryptedAccess, decryptionKey: 'EBESExQVFhcYGRobHB0eHw=='});
  await strangers.init({timeout: kPatienceMilliseconds});
  const read = Object.keys(strangers.getFeatures()).length;
  strangers.destroy();
  console.log(`encrypted payload: ${leaked.length} of its words are readable, ${read} features with another key`);
  if (leaked.length > 0 || read > 0) process.exitCode = 1;
}

async function checkRemote(expected) {
  const found = [];
  for (let begin = 0; begin < kIds; begin += kIdsInFlight) {
    const group = indices.slice(begin, begin + kIdsInFlight);
    found.push(...await Promise.all(group.map((index) => remoteAnswers(index, expected[index].map(({flag}) => flag)))));
  }
  report('remote evaluation', expected, found);
}

async function until(what, isDone) {
  const end = Date.now() + kPatienceMilliseconds;
  while (!await isDone()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${kPatienceMilliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// Arms of all experiments as "experiment variant" -> units.
function armsOf(expected) {
  const arms = new Map();
  for (const {flag, variation} of expected.flat().filter((answer) => answer.variation !== null)) {
    const experiment = flag === 'checkout_steps' ? 'checkout' : flag;
    const arm = `${experiment} ${variation}`;
    arms.set(arm, (arms.get(arm) ?? 0) + 1);
  }
  return arms;
}

async function exposedArms(experiments) {
  const arms = new Map();
  let mismatches = 0;
  for (const experiment of experiments) {
    const evidence = await server.results(experiment);
    if (evidence === null) continue;
    const {arms: figures} = evidence.metrics.find(({population}) => population === 'exposed_so_far');
    for (const {variant, n} of figures) arms.set(`${experiment} ${variant}`, n);
    mismatches += evidence.health.mismatches;
  }
  return {arms, mismatches};
}

async function checkTracking(expected) {
  const client = new GrowthBookClient({...access, plugins: [growthbookTrackingPlugin({ingestorHost: access.apiHost})]});
  await client.init({timeout: kPatienceMilliseconds});
  for (let begin = 0; begin < kIds; begin += kIdsOfABatch) {
    localAnswers(client, expected, indices.slice(begin, begin + kIdsOfABatch));
    await new Promise((resolve) => setTimeout(resolve, kBatchMilliseconds));
  }
  const wanted = armsOf(expected);
  const experiments = [...new Set([...wanted.keys()].map((arm) => arm.split(' ')[0]))];
  let found;
  await until('exposures of the tracking plugin', async () => {
    found = await exposedArms(experiments);
    return [...wanted].every(([arm, units]) => found.arms.get(arm) >= units);
  }).catch((failure) => console.log(failure.message));
  client.destroy();
  const same = [...wanted].every(([arm, units]) => found.arms.get(arm) === units) && found.mismatches === 0;
  const total = [...wanted.values()].reduce((sum, units) => sum + units, 0);
  console.log(`tracking plugin: ${total} exposures in ${wanted.size} arms, ${found.mismatches} assignment mismatches: ` +
              `${same ? 'all as assigned' : `assigned ${JSON.stringify([...wanted])}, counted ${JSON.stringify([...found.arms])}`}`);
  if (!same || total === 0) process.exitCode = 1;
}

// A client that is evaluated for hears that it has to ask again.
async function checkRemoteStreaming(expected) {
  const isShown = ({flag, value, variation}) => flag === 'banner' && value === true && variation !== null;
  const index = indices.find((one) => expected[one].some(isShown));
  const client = new GrowthBook({apiHost: access.apiHost, clientKey: kRemote.key, remoteEval: true, attributes: userOf(index)});
  await client.init({streaming: true, timeout: kPatienceMilliseconds});
  const before = client.getFeatureValue('banner', null);
  const begin = Date.now();
  await server.act('banner', {action: 'kill'});
  await until('the change of the catalog', () => client.getFeatureValue('banner', null) === false);
  const took = Date.now() - begin;
  await server.act('banner', {action: 'undo'});
  await until('the change back', () => client.getFeatureValue('banner', null) === before);
  client.destroy();
  console.log(`streaming to a client that is evaluated for: the change arrived after ${took} ms`);
  if (took > kNewsMilliseconds || before !== true) process.exitCode = 1;
}

// Last, because it changes the catalog.
async function checkStreaming(before) {
  const clients = [new GrowthBookClient(access), new GrowthBookClient(encryptedAccess)];
  for (const client of clients) await client.init({streaming: true, timeout: kPatienceMilliseconds});
  const [client, encrypted] = clients;
  const dateOf = (one) => one.getDecryptedPayload().dateUpdated;
  const old = dateOf(client);
  const begin = Date.now();
  await server.act('banner', {action: 'promote', variant: 'shown'});
  await until('the change of the catalog', () => clients.every((one) => dateOf(one) !== old));
  const took = Date.now() - begin;
  const expected = await assignments();
  const changed = indices.filter((index) => !isDeepStrictEqual(before[index], expected[index])).length;
  console.log(`streaming: the change arrived after ${took} ms; ${changed} ids have another answer`);
  if (took > kNewsMilliseconds || changed === 0) process.exitCode = 1;
  report('local evaluation after it', expected, localAnswers(client, expected));
  report('local evaluation of the encrypted payload after it', expected, localAnswers(encrypted, expected));
  clients.forEach((one) => one.destroy());
}

try {
  const expected = await assignments();
  await checkLocal(expected);
  await checkEncrypted(expected);
  await checkRemote(expected);
  await checkTracking(expected);
  await checkRemoteStreaming(expected);
  await checkStreaming(expected);
} catch (failure) {
  console.error(`growthbook_http: ${failure.stack}`);
  process.exitCode = 1;
} finally {
  await server.stop();
}
