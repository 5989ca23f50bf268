// GrowthBook's remote evaluation as its proxy does it: @growthbook/proxy-eval behind node's HTTP server.
//   node growthbook_remote.mjs PAYLOAD.json
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

import {answerPosts} from './listening.mjs';

const {evaluateFeatures} = createRequire(import.meta.url)('@growthbook/proxy-eval');
const payload = JSON.parse(readFileSync(process.argv[2], 'utf8'));

answerPosts(({attributes, forcedVariations = {}, forcedFeatures = [], url = ''}) => (
  evaluateFeatures({payload, attributes, forcedVariations, forcedFeatures: new Map(forcedFeatures), url})));
