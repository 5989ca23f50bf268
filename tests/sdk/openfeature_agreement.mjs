// Compares, for many unit ids, what OpenFeature's clients get from `converge serve` over OFREP with what a real GrowthBook client
// makes of the same catalog: value, type, variant and whether an exposure is due, before and after promotions. Exit status 0: all
// agree; 1: they do not.
//   node openfeature_agreement.mjs --program build/release/cli/converge --definitions FOLDER
// CONVERGE_PROTOCOL_IDS is how many ids, 1,000 without it.
import {isDeepStrictEqual, parseArgs} from 'node:util';

import {ConvergeServe} from './converge_serve.mjs';
import {GrowthBookAnswers} from './growthbook.mjs';
import {ServerClient, WebClient} from './openfeature.mjs';
import {attributesOf, unitId} from './unit_ids.mjs';

const kIds = Number(process.env.CONVERGE_PROTOCOL_IDS ?? 1_000);
const kDisagreementsShown = 10;

const {values: options} = parseArgs({options: Object.fromEntries(
  ['program', 'definitions'].map((name) => [name, {type: 'string'}]))});
for (const name of ['program', 'definitions']) {
  if (options[name] === undefined) {
    console.error(`openfeature_agreement: --${name} is missing`);
    process.exit(2);
  }
}

let disagreements = 0;

function compare(client, unit, expected, found) {
  if (isDeepStrictEqual(expected, found)) return;
  disagreements += 1;
  if (disagreements > kDisagreementsShown) return;
  const differs = (_, i) => !isDeepStrictEqual(expected[i], found[i]);
  console.log(`${JSON.stringify(unit)}\n  GrowthBook's client: ${JSON.stringify(expected.filter(differs))}\n` +
              `  ${client.constructor.name}: ${JSON.stringify(found.filter(differs))}`);
}

const kStages = [
  {name: 'before promotion', actions: []},
  {name: 'promoted with a holdback pair', actions: [['banner', 'shown'], ['checkout', 'one-page'], ['hero', 'long']]},
];

async function check(stage, server, servers, web) {
  const growthbook = new GrowthBookAnswers(await server.growthbookPayload());
  const expectedOf = (unit, attributes) => growthbook.of(unit, attributes).map(({flag, value, variation}) => ({flag, value, variation}));
  let inExperiment = 0;
  for (let index = 0; index < kIds; index += 1) {
    const unit = unitId(index);
    for (const attributes of [attributesOf(index), attributesOf(index + 1)]) {
      const expected = expectedOf(unit, attributes);
      inExperiment += expected.filter(({variation}) => variation !== null).length;
      for (const client of [servers, web]) compare(client, unit, expected, await client.of(unit, attributes, expected));
      // A page that asks again has the entity tag of the answer.
      compare(web, unit, expected, await web.of(unit, attributes, expected));
    }
  }
  console.log(`${stage}: ${kIds} ids with two contexts each, ${inExperiment} answers in an experiment, ${disagreements} disagreements`);
  // A comparison of defaults only would prove nothing.
  if (inExperiment === 0) process.exitCode = 1;
}

const server = await ConvergeServe.start(options.program, options.definitions);
try {
  const baseUrl = `http://127.0.0.1:${server.port}`;
  const web = await WebClient.start(baseUrl, server.clientKey);
  const servers = await ServerClient.start(baseUrl, server.clientKey);
  for (const {name, actions} of kStages) {
    for (const [experiment, variant] of actions) await server.act(experiment, {action: 'promote', variant});
    await check(name, server, servers, web);
  }
  const notModified = web.statuses.get(304) ?? 0;
  console.log(`answers to pages by status: ${JSON.stringify([...web.statuses])}`);
  // Every question that was asked again, at least.
  if (disagreements > 0 || notModified < 2 * kIds * kStages.length) process.exitCode = 1;
  await Promise.all([servers.stop(), web.stop()]);
} catch (failure) {
  console.error(`openfeature_agreement: ${failure.stack}`);
  process.exitCode = 1;
} finally {
  await server.stop();
}
