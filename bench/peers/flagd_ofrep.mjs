// OFREP bulk evaluation by flagd-core, the evaluator of flagd's in-process providers, behind node's HTTP server.
//   node flagd_ofrep.mjs CONFIGURATION.json
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

import {answerPosts} from './listening.mjs';

const {FlagdCore} = createRequire(import.meta.url)('@openfeature/flagd-core');
const core = new FlagdCore();
core.setConfigurations(readFileSync(process.argv[2], 'utf8'));
const quiet = {error() {}, warn() {}, info() {}, debug() {}};

answerPosts(({context}) => ({
  flags: core.resolveAll(context, quiet).map(({flagKey: key, value, reason, variant}) => ({key, value, reason, variant})),
}));
