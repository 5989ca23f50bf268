// How many decisions a second an SDK makes in this process, warm.
//   node sdk_decisions.mjs growthbook-client|growthbook|flagd-core EXPERIMENTS UNITS
// Prints {"decisions_per_second", "new"}: `new` is how many decisions were for that variant.
import {createRequire} from 'node:module';

import {experimentKeys, flagdConfiguration, growthbookPayload, unit} from './experiments.mjs';

const require = createRequire(new URL('../tests/sdk/package.json', import.meta.url));

// Each takes the number of experiments and returns: units => number of decisions for "new".
const kSdks = {
  // One client for many users: how GrowthBook is used on a server.
  'growthbook-client': (experiments) => {
    const {GrowthBookClient} = require('@growthbook/growthbook');
    const client = new GrowthBookClient().initSync({payload: growthbookPayload(experiments)});
    const keys = experimentKeys(experiments);
    return (users) => {
      let sum = 0;
      for (const {id, attributes} of users) {
        const user = {attributes: {...attributes, id}};
        for (const key of keys) sum += client.evalFeature(key, user).value;
      }
      return sum;
    };
  },
  // One instance whose attributes change: how it is used in a browser.
  growthbook: (experiments) => {
    const {GrowthBook} = require('@growthbook/growthbook');
    const instance = new GrowthBook().initSync({payload: growthbookPayload(experiments)});
    const keys = experimentKeys(experiments);
    return (users) => {
      let sum = 0;
      for (const {id, attributes} of users) {
        instance.setAttributes({...attributes, id});
        for (const key of keys) sum += instance.evalFeature(key).value;
      }
      return sum;
    };
  },
  'flagd-core': (experiments) => {
    const {FlagdCore} = require('@openfeature/flagd-core');
    const core = new FlagdCore();
    core.setConfigurations(JSON.stringify(flagdConfiguration(experiments)));
    const keys = experimentKeys(experiments);
    const quiet = {error() {}, warn() {}, info() {}, debug() {}};
    return (users) => {
      let sum = 0;
      for (const {id, attributes} of users) {
        const context = {...attributes, targetingKey: id};
        for (const key of keys) sum += core.resolveNumberEvaluation(key, -1, context, quiet).value;
      }
      return sum;
    };
  },
};

const [sdk, experiments, units] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
if (!(sdk in kSdks) || !(experiments > 0) || !(units > 0)) {
  console.error(`sdk_decisions: expected ${Object.keys(kSdks).join('|')} EXPERIMENTS UNITS`);
  process.exit(2);
}
const decide = kSdks[sdk](experiments);
const users = Array.from({length: units}, (_, i) => unit(i));
decide(users.slice(0, Math.ceil(units / 2)));  // warm-up
const begin = process.hrtime.bigint();
const decidedNew = decide(users);
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
console.log(JSON.stringify({decisions_per_second: (units * experiments) / seconds, new: decidedNew}));
