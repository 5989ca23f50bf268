// Compares, for many unit ids, what a real GrowthBook client makes of the payload that `converge export growthbook` prints
// with what `converge serve` answers over HTTP, and one in a hundred of them with `converge eval`: before a promotion, while
// winners ramp up, and when they are promoted with a holdback pair. Exit status 0: all agree; 1: they do not.
//   node agreement.mjs --program build/release/cli/converge --definitions FOLDER
// CONVERGE_AGREEMENT_IDS is how many ids in each stage, 10,000 without it.
import {isDeepStrictEqual, parseArgs} from 'node:util';

import {ConvergeServe} from './converge_serve.mjs';
import {Evaluator} from './evaluator.mjs';
import {GrowthBookAnswers} from './growthbook.mjs';
import {attributesOf, unitId} from './unit_ids.mjs';

const kIdsInFlight = 500;
const kEvaluateOneIn = 100;
const kDisagreementsShown = 10;

const {values: options} = parseArgs({options: Object.fromEntries(
  ['program', 'definitions'].map((name) => [name, {type: 'string'}]))});
for (const name of ['program', 'definitions']) {
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

const kStages = [
  {name: 'before promotion', actions: []},
  {name: 'while winners ramp up', actions: [['banner', 'shown'], ['checkout', 'one-page']]},
  {name: 'promoted with a holdback pair', actions: [['hero', 'long']]},
];

const server = await ConvergeServe.start(options.program, options.definitions);

class Stage {
  constructor(payload) {
    this.client = new GrowthBookAnswers(payload);
    this.evaluator = new Evaluator(`${options.program} eval`, payload);
    this.tally = new Tally();
  }

  // The server lists the flags that have an experiment.
  async check(index) {
    const unit = unitId(index);
    const attributes = attributesOf(index);
    const served = (await server.assign(unit, attributes)).map(answerOfServer);
    const expected = this.client.of(unit, attributes).filter(({flag}) => served.some((answer) => answer.flag === flag));
    this.tally.ids += 1;
    this.tally.answers += expected.length;
    this.tally.inExperiment += expected.filter(({variation}) => variation !== null).length;
    this.tally.compare('POST /v1/assign', unit, expected, served);
  }

  async evaluate(index) {
    const unit = unitId(index);
    const attributes = attributesOf(index);
    this.tally.evaluated += 1;
    this.tally.compare('converge eval', unit, this.client.of(unit, attributes), await this.evaluator.of(unit, attributes));
  }

  async run() {
    for (let begin = 0; begin < ids; begin += kIdsInFlight) {
      const indices = Array.from({length: Math.min(kIdsInFlight, ids - begin)}, (_, i) => begin + i);
      await Promise.all(indices.map((index) => this.check(index)));
      // A remainder coprime to the number of kinds of ids, so that all kinds come by.
      for (const index of indices) if (index % (kEvaluateOneIn + 1) === 0) await this.evaluate(index);
    }
    return this.tally;
  }
}

try {
  for (const {name, actions} of kStages) {
    for (const [experiment, variant] of actions) await server.act(experiment, {action: 'promote', variant});
    const stage = new Stage(await server.growthbookPayload());
    const tally = await stage.run().finally(() => stage.evaluator.stop());
    console.log(`${name}: ${tally.ids} ids, ${tally.answers} answers, ${tally.inExperiment} of them in an experiment, ` +
                `${tally.evaluated} ids evaluated offline too: ${tally.disagreements} disagreements`);
    // A comparison of nothing, or of defaults only, would prove nothing.
    if (tally.disagreements > 0 || tally.inExperiment === 0 || tally.evaluated === 0) process.exitCode = 1;
  }
} catch (failure) {
  console.error(`agreement: ${failure.message}`);
  process.exitCode = 1;
} finally {
  await server.stop();
}
