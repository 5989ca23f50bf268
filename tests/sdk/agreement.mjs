// Compares, for many unit ids, what a real GrowthBook client makes of a payload with what `converge serve` answers over
// HTTP, and one in a hundred of them with an offline evaluator. Exit status 0: they agree on all; 1: they do not.
//   node agreement.mjs --program build/release/cli/converge --definitions FOLDER --payload FILE.json
//     [--evaluator "build/release/cli/converge eval"]
// CONVERGE_AGREEMENT_IDS is how many ids, 10,000 without it.
import {readFileSync} from 'node:fs';
import {isDeepStrictEqual, parseArgs} from 'node:util';

import {ConvergeServe} from './converge_serve.mjs';
import {Evaluator} from './evaluator.mjs';
import {GrowthBookAnswers} from './growthbook.mjs';
import {attributesOf, unitId} from './unit_ids.mjs';

const kIdsInFlight = 500;
const kEvaluateOneIn = 100;
const kDisagreementsShown = 10;

const {values: options} = parseArgs({options: Object.fromEntries(
  ['program', 'definitions', 'payload', 'evaluator'].map((name) => [name, {type: 'string'}]))});
for (const name of ['program', 'definitions', 'payload']) {
  if (options[name] === undefined) {
    console.error(`agreement: --${name} is missing`);
    process.exit(2);
  }
}
const ids = Number(process.env.CONVERGE_AGREEMENT_IDS ?? 10_000);

// An assignment in the terms of the client, which knows no bucket and no variation of units outside the experiment.
function answerOfServer({flag, value, variant, in_experiment: inExperiment, bucket}) {
  return {flag, value, variation: inExperiment ? variant : null, bucket: inExperiment ? bucket : null};
}

class Tally {
  ids = 0;
  answers = 0;
  disagreements = 0;
  evaluated = 0;
  inExperiment = 0;

  compare(who, unit, expected, found) {
    if (isDeepStrictEqual(expected, found)) return;
    this.disagreements += 1;
    if (this.disagreements > kDisagreementsShown) return;
    const differs = (_, i) => !isDeepStrictEqual(expected[i], found[i]);
    console.log(`${JSON.stringify(unit)}\n  GrowthBook's client: ${JSON.stringify(expected.filter(differs))}\n` +
                `  ${who}: ${JSON.stringify(found.filter(differs))}`);
  }
}

const payload = JSON.parse(readFileSync(options.payload, 'utf8'));
const client = new GrowthBookAnswers(payload);
const evaluator = options.evaluator === undefined ? null : new Evaluator(options.evaluator, payload);
const server = await ConvergeServe.start(options.program, options.definitions);
const tally = new Tally();

async function check(index) {
  const unit = unitId(index);
  const attributes = attributesOf(index);
  const served = await server.assign(unit, attributes);
  const expected = client.of(unit, attributes);
  tally.ids += 1;
  tally.answers += expected.length;
  tally.inExperiment += expected.filter(({variation}) => variation !== null).length;
  tally.compare('POST /v1/assign', unit, expected, served.map(answerOfServer));
}

async function evaluate(index) {
  const unit = unitId(index);
  const attributes = attributesOf(index);
  tally.evaluated += 1;
  tally.compare('the evaluator', unit, client.of(unit, attributes), await evaluator.of(unit, attributes));
}

try {
  for (let begin = 0; begin < ids; begin += kIdsInFlight) {
    const indices = Array.from({length: Math.min(kIdsInFlight, ids - begin)}, (_, i) => begin + i);
    await Promise.all(indices.map(check));
    if (evaluator === null) continue;
    // A remainder coprime to the number of kinds of ids, so that all kinds come by.
    for (const index of indices) if (index % (kEvaluateOneIn + 1) === 0) await evaluate(index);
  }
} catch (failure) {
  console.error(`agreement: ${failure.message}`);
  process.exitCode = 1;
} finally {
  evaluator?.stop();
  await server.stop();
}
console.log(`${tally.ids} ids, ${tally.answers} answers, ${tally.inExperiment} of them in an experiment, ` +
            `${evaluator === null ? 'no evaluator given' : `${tally.evaluated} ids evaluated offline too`}: ` +
            `${tally.disagreements} disagreements`);
// A comparison of nothing, or of defaults only, would prove nothing.
if (tally.disagreements > 0 || tally.inExperiment === 0) process.exitCode = 1;
