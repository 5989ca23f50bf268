// Random definitions, beyond those that our server writes, evaluated by the web SDK and by GrowthBook's client: rules of every kind,
// filters, prerequisites, holdouts, namespaces, coverage, sticky documents, query strings. Exit status 0: all values and all
// exposures agree; 1: they do not.
//   node web_sdk_evaluation.mjs [SEED]
import {isDeepStrictEqual} from 'node:util';

import {GrowthBookClient} from '@growthbook/growthbook';

import {createClient} from '../../sdk/js/dist/index.js';

const kCases = 20_000;
const kDisagreementsShown = 3;
const kFlags = ['a', 'b', 'c', 'd'];

let state = Number(process.argv[2] ?? 20_261_127);
const below = (n) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return (state >>> 9) % n;
};
const pick = (list) => list[below(list.length)];
const maybe = (oneIn, members) => below(oneIn) === 0 ? members() : {};

const share = () => below(11) / 10;
const range = () => pick([[0, share()], [share(), 1], [0.2, 0.7]]);
const condition = () => pick([
  {country: 'DE'}, {age: {$gte: 18}}, {country: {$in: ['DE', 'FR']}}, {id: {$inGroup: 'team'}}, {$not: {country: 'DE'}}, {}]);
const attribute = () => pick(['id', 'id', 'company', 'device']);
const hashing = () => ({
  ...maybe(2, () => ({seed: pick(['s1', 's2', ''])})),
  ...maybe(2, () => ({hashVersion: pick([1, 2, 2, 2, 3])})),
  ...maybe(2, () => ({hashAttribute: attribute()})),
  ...maybe(3, () => ({fallbackAttribute: attribute()})),
  ...maybe(3, () => ({disableStickyBucketing: true})),
});
const filter = () => ({
  seed: pick(['layer', 'other']), ranges: [range()], ...maybe(2, () => ({attribute: attribute()})), hashVersion: 2});
const prerequisite = () => ({
  id: pick(kFlags), condition: {value: pick([0, 1, 2, {$exists: true}])}, ...maybe(3, () => ({gate: true}))});
const shared = () => ({
  ...maybe(3, () => ({condition: condition()})),
  ...maybe(4, () => ({filters: [filter()]})),
  ...maybe(5, () => ({parentConditions: [prerequisite()]})),
});
const forceRule = () => ({
  force: pick([0, 1, 2, null]), ...shared(), ...hashing(), ...maybe(3, () => ({range: range()})), ...maybe(3, () => ({coverage: share()})),
});

function experimentRule() {
  const count = pick([1, 2, 2, 3]);
  const indices = Array.from({length: count}, (_, i) => i);
  return {
    key: pick(['exp1', 'exp2', 'exp3']),
    variations: indices.map((i) => i),
    ...shared(), ...hashing(),
    ...maybe(2, () => ({meta: indices.map((i) => ({key: `v${i}`, ...maybe(8, () => ({passthrough: true}))}))})),
    ...maybe(2, () => ({ranges: indices.map(range)})),
    ...maybe(3, () => ({coverage: share()})),
    ...maybe(3, () => ({weights: pick([[0.5, 0.5], [0.2, 0.3, 0.5], [0.9, 0.3]])})),
    ...maybe(5, () => ({namespace: ['ns', share(), 1]})),
    ...maybe(3, () => ({bucketVersion: below(3)})),
    ...maybe(4, () => ({minBucketVersion: below(3)})),
    ...maybe(2, () => ({phase: `${below(3)}`})),
  };
}

const feature = () => ({
  defaultValue: pick([0, 1, 7]), rules: Array.from({length: below(4)}, () => pick([forceRule, experimentRule])())});
const attributes = () => ({
  ...maybe(1, () => ({id: pick([`user-${below(1_000)}`, `user-${below(1_000)}`, below(5), 'größe', ''])})),
  ...maybe(2, () => ({company: `c${below(20)}`})), ...maybe(2, () => ({device: `d${below(20)}`})),
  ...maybe(2, () => ({country: pick(['DE', 'FR', 'US'])})), ...maybe(2, () => ({age: below(40)})),
});
// By index only: a variant's key in the address is understood by the web SDK alone.
const url = () => pick(['', '', 'http://x/', `http://x/?exp1=${below(4)}`, `http://x/?q=1&exp2=${below(3)}#exp3=1`]);
const documents = (user) => ['id', 'company', 'device'].filter((name) => user[name] && below(3) === 0).map((attributeName) => ({
  attributeName, attributeValue: `${user[attributeName]}`,
  assignments: {[`${pick(['exp1', 'exp2', 'exp3'])}__${below(3)}`]: pick(['v0', 'v1', '0', '1', 'gone'])},
}));

const identity = ({experiment, variant, attribute: name, unit}) => [experiment, variant, name, unit].join(' ');

function byGrowthBook({payload, user, address, known}) {
  const exposures = new Set();
  const client = new GrowthBookClient({
    trackingCallback: ({key}, result) => exposures.add(identity({
      experiment: key, variant: result.key, attribute: result.hashAttribute, unit: result.hashValue}))});
  client.initSync({payload});
  const stickyBucketAssignmentDocs = Object.fromEntries(known.map((each) => [`${each.attributeName}||${each.attributeValue}`, each]));
  const context = {attributes: user, url: address, stickyBucketAssignmentDocs, saveStickyBucketAssignmentDoc: async () => {}};
  const values = kFlags.map((key) => client.evalFeature(key, context).value);
  return {values, exposures: [...exposures].sort()};
}

// The web SDK as a page meets it: exposures are read off what it would send.
async function byWebSdk({payload, user, address, known}) {
  globalThis.location = {href: address};
  const sent = [];
  globalThis.fetch = async (_, {body}) => {
    sent.push(...JSON.parse(body));
    return new Response('{"rejected":[]}');
  };
  const units = {id: 'id', company: 'company', device: 'device'};
  // An id that is there and nobody's must not be replaced by a visitor's.
  const client = createClient({
    host: 'http://127.0.0.1', clientKey: 'none', consent: 'granted', bootstrap: payload, attributes: {id: null, ...user}, units,
    stickyDocuments: known, streaming: false});
  const values = kFlags.map((key) => client.flag(key, null));
  await client.flush();
  client.close();
  const exposures = sent.filter(({source}) => source === undefined).map(({experiment, variant, units: of}) => {
    const [[name, unit]] = Object.entries(of);
    return identity({experiment, variant, attribute: name, unit});
  });
  return {values, exposures: [...new Set(exposures)].sort()};
}

console.error = () => {};  // GrowthBook's client tells of weights that do not add up
let disagreements = 0;
const met = {exposures: 0, kept: 0};
for (let i = 0; i < kCases; i += 1) {
  const user = attributes();
  const asked = {
    payload: {features: Object.fromEntries(kFlags.map((key) => [key, feature()])), savedGroups: {team: ['user-1', 'user-2', 3]}},
    user, address: url(), known: documents(user),
  };
  const expected = byGrowthBook(structuredClone(asked));
  const found = await byWebSdk(structuredClone(asked));
  met.exposures += expected.exposures.length;
  met.kept += asked.known.length;
  if (isDeepStrictEqual(expected, found)) continue;
  disagreements += 1;
  if (disagreements > kDisagreementsShown) continue;
  console.log([JSON.stringify(asked), `  GrowthBook: ${JSON.stringify(expected)}`, `  web SDK: ${JSON.stringify(found)}`].join('\n'));
}
console.log(`${kCases} random definitions, ${met.exposures} exposures, ${met.kept} sticky documents: ${disagreements} disagreements`);
if (disagreements > 0 || met.exposures === 0 || met.kept === 0) process.exitCode = 1;
