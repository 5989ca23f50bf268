// Every way to an answer gives the same one: for 10,000 unit ids over all flags OpenFeature's web SDK over OFREP, GrowthBook's
// client with local and with remote evaluation, POST /v1/assign, and our web SDK with local and with remote evaluation; before and
// after promotions. Exit status 0: all agree; 1: they do not.
//   node web_sdk_agreement.mjs --program build/release/cli/converge --definitions FOLDER
import {isDeepStrictEqual, parseArgs} from 'node:util';

import {ConvergeServe} from './converge_serve.mjs';
import {GrowthBookAnswers} from './growthbook.mjs';
import {GrowthBookRemote} from './growthbook_remote.mjs';
import {WebClient} from './openfeature.mjs';
import {attributesOf, unitId} from './unit_ids.mjs';
import {LocalWebSdk, RemoteWebSdk} from './web_sdk.mjs';

const kIdsInFlight = 50;
const kDisagreementsShown = 10;

const {values: options} = parseArgs({options: Object.fromEntries(
  ['program', 'definitions'].map((name) => [name, {type: 'string'}]))});
for (const name of ['program', 'definitions']) {
  if (options[name] === undefined) {
    console.error(`web_sdk_agreement: --${name} is missing`);
    process.exit(2);
  }
}

const kStages = [
  {name: 'before promotion', actions: [], ids: 10_000},
  {name: 'promoted with a holdback pair', actions: [['banner', 'shown'], ['checkout', 'one-page'], ['hero', 'long']], ids: 2_000},
];

let disagreements = 0;

function compare(who, unit, expected, found) {
  if (isDeepStrictEqual(expected, found)) return;
  disagreements += 1;
  if (disagreements > kDisagreementsShown) return;
  const differs = (_, i) => !isDeepStrictEqual(expected[i], found[i]);
  console.log(`${JSON.stringify(unit)}\n  GrowthBook's client, local: ${JSON.stringify(expected.filter(differs))}\n` +
              `  ${who}: ${JSON.stringify(found.filter(differs))}`);
}

// The server lists the flags that have an experiment.
async function compareAssign(server, unit, attributes, expected) {
  const served = (await server.assign(unit, attributes))
    .map(({flag, value, variant, in_experiment: isIn}) => ({flag, value, variation: isIn ? variant : null}));
  compare('POST /v1/assign', unit, expected.filter(({flag}) => served.some((answer) => answer.flag === flag)), served);
  return served.length;
}

async function check(server, {name, ids}) {
  const access = [`http://127.0.0.1:${server.port}`, server.clientKey];
  const reference = new GrowthBookAnswers(await server.growthbookPayload());
  const openfeature = await WebClient.start(...access);
  const clients = {
    'GrowthBook\'s client, remote': new GrowthBookRemote(...access),
    'web SDK, local': await LocalWebSdk.start(...access),
    'web SDK, remote': new RemoteWebSdk(...access),
  };
  const counts = {answers: 0, assigned: 0, inExperiment: 0};
  const one = async (index) => {
    const unit = unitId(index);
    const attributes = attributesOf(index);
    const expected = reference.of(unit, attributes).map(({flag, value, variation}) => ({flag, value, variation}));
    counts.answers += expected.length;
    counts.inExperiment += expected.filter(({variation}) => variation !== null).length;
    for (const [who, client] of Object.entries(clients)) {
      compare(who, unit, expected, await client.of(unit, attributes, reference.flags));
    }
    counts.assigned += await compareAssign(server, unit, attributes, expected);
    return {unit, attributes, expected};
  };
  for (let begin = 0; begin < ids; begin += kIdsInFlight) {
    const group = await Promise.all(Array.from({length: Math.min(kIdsInFlight, ids - begin)}, (_, i) => one(begin + i)));
    // One page has one context at a time.
    for (const {unit, attributes, expected} of group) {
      compare('OpenFeature\'s web SDK', unit, expected, await openfeature.of(unit, attributes, expected));
    }
  }
  for (const client of [openfeature, ...Object.values(clients)]) await client.stop();
  console.log(`${name}: ${ids} ids over ${reference.flags.length} flags, ${counts.answers} answers, ${counts.inExperiment} of them in an ` +
              `experiment, asked six ways: ${disagreements} disagreements`);
  // A comparison of nothing, or of defaults only, would prove nothing.
  if (disagreements > 0 || counts.inExperiment === 0 || counts.assigned === 0) process.exitCode = 1;
}

const server = await ConvergeServe.start(options.program, options.definitions);
try {
  for (const stage of kStages) {
    for (const [experiment, variant] of stage.actions) await server.act(experiment, {action: 'promote', variant});
    await check(server, stage);
  }
} catch (failure) {
  console.error(`web_sdk_agreement: ${failure.stack}`);
  process.exitCode = 1;
} finally {
  await server.stop();
}
