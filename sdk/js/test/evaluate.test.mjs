import assert from 'node:assert/strict';
import {test} from 'node:test';

import {source} from './source.mjs';

const {evaluate} = await source('evaluate.ts');
const {position, rangesOf} = await source('hash.ts');

function stickyIn(documents) {
  return {
    of: (attribute, unit) => documents[`${attribute}||${unit}`] ?? {},
    keep(attribute, unit, assignment, variant) {
      (documents[`${attribute}||${unit}`] ??= {})[assignment] = variant;
    },
  };
}

function flag(features, attributes, {url = '', documents = {}, key = 'f', ...payload} = {}) {
  return evaluate(key, {payload: {features, ...payload}, attributes, url, sticky: stickyIn(documents)});
}

const kSplit = {key: 'exp', variations: ['a', 'b'], hashVersion: 2, seed: 'exp_ab', meta: [{key: 'control'}, {key: 'new'}], phase: '3'};

test('hashes are those of the protocol', () => {
  const kNumbers = [
    ['exp_ab', 'user-0', 0.2575, 0.084], ['exp_ab', 'user-1', 0.2189, 0.783], ['exp_ab', '42', 0.644, 0.952],
    ['exp_ab', 'ÅÄÖ', 0.2931, 0.793], ['exp_ab', '日本語', 0.464, 0.729], ['exp_ab', '😀', 0.0875, 0.627], ['seed', 'a', 0.0505, null],
  ];
  for (const [seed, unit, second, first] of kNumbers) {
    assert.equal(position(seed, unit, 2), second);
    if (first !== null) assert.equal(position(seed, unit, 1), first);
  }
  assert.equal(position('seed', 'a', 3), null);
});

test('coverage keeps the beginning of each share', () => {
  assert.deepEqual(rangesOf(3, 0.4, [0.5, 0.3, 0.2]), [[0, 0.2], [0.5, 0.62], [0.8, 0.8800000000000001]]);
  assert.deepEqual(rangesOf(2, 1, [0.5, 0.3]), [[0, 0.5], [0.5, 1]]);
});

test('an experiment says who met what', () => {
  const features = {f: {defaultValue: 'd', rules: [kSplit]}};
  const found = flag(features, {id: 'user-2'});
  assert.equal(found.value, 'b');
  assert.deepEqual(found.met, [{experiment: 'exp', variant: 'new', phase: '3', attribute: 'id', unit: 'user-2'}]);
  assert.deepEqual(flag(features, {id: ''}), {value: 'd', source: 'default', met: []});
  assert.equal(flag(features, {id: 42}).value, 'b');
});

test('the holdout passes through and is met as well', () => {
  const meta = [{key: 'in'}, {key: 'out', passthrough: true}];
  const holdout = {key: 'holdout', variations: ['held', null], hashVersion: 2, weights: [0, 1], meta};
  const found = flag({f: {rules: [holdout, kSplit]}}, {id: 'user-0'});
  assert.equal(found.value, 'a');
  assert.deepEqual(found.met.map(({experiment, variant}) => [experiment, variant]), [['holdout', 'out'], ['exp', 'control']]);
});

test('a prerequisite that is met on the way is told, and is not what gave the value', () => {
  const features = {
    f: {defaultValue: 'd', rules: [{parentConditions: [{id: 'p', condition: {value: 'b'}}], force: 'forced'}]},
    gated: {defaultValue: 'd', rules: [{parentConditions: [{id: 'p', condition: {value: 'b'}, gate: true}], force: 'forced'}]},
    p: {rules: [kSplit]},
  };
  assert.equal(flag(features, {id: 'user-2'}).value, 'forced');
  assert.equal(flag(features, {id: 'user-2'}).own, undefined);
  assert.equal(flag(features, {id: 'user-2'}).met.length, 1);
  assert.equal(flag(features, {id: 'user-0'}).value, 'd');
  const closed = flag(features, {id: 'user-0'}, {key: 'gated'});
  assert.equal(closed.value, null);
  assert.equal(closed.own, undefined);
});

test('flags in a circle have no value', () => {
  const on = (id) => ({defaultValue: 1, rules: [{parentConditions: [{id, condition: {}}], force: 2}]});
  assert.equal(flag({f: on('g'), g: on('f')}, {}).value, null);
  const chain = Object.fromEntries(Array.from({length: 200}, (_, i) => [`f${i}`, on(`f${i + 1}`)]));
  assert.equal(flag(chain, {}, {key: 'f0'}).value, null);
});

test('the address forces a variant by key or by index, and says so', () => {
  const features = {f: {defaultValue: 'd', rules: [kSplit]}};
  for (const url of ['http://x/?exp=1', 'http://x/?a=b&exp=new#exp=0', 'http://x/?exp=1.9']) {
    const {value, source: why, own} = flag(features, {id: 'user-0'}, {url});
    assert.deepEqual([value, why, own.source], ['b', 'forced', 'qa'], url);
  }
  for (const url of ['http://x/?exp=2', 'http://x/?exp=-1', 'http://x/?exp', 'http://x/?expo=1', 'http://x/#exp=1', 'http://x/?a?exp=1']) {
    const {value, own} = flag(features, {id: 'user-0'}, {url});
    assert.deepEqual([value, own.source], ['a', undefined], url);
  }
});

test('a percentage by coverage includes its edge, a range does not', () => {
  const rule = (share) => ({f: {defaultValue: 0, rules: [{force: 1, hashVersion: 2, seed: 'exp_ab', ...share}]}});
  assert.equal(flag(rule({coverage: 0.2575}), {id: 'user-0'}).value, 1);
  assert.equal(flag(rule({range: [0, 0.2575]}), {id: 'user-0'}).value, 0);
  assert.equal(flag(rule({coverage: 0}), {id: 'user-0'}).value, 0);
});

test('sticky assignments beat targeting, are kept, and are blocked by version', () => {
  const sticky = {...kSplit, condition: {country: 'DE'}, bucketVersion: 2, fallbackAttribute: 'device'};
  const features = (rule) => ({f: {defaultValue: 'd', rules: [rule]}});
  const documents = {};
  assert.equal(flag(features(sticky), {id: 'user-0', country: 'DE'}, {documents}).value, 'a');
  assert.deepEqual(documents, {'id||user-0': {exp__2: 'control'}});
  assert.equal(flag(features(sticky), {id: 'user-0', country: 'US'}, {documents}).value, 'a');
  assert.equal(flag(features({...sticky, disableStickyBucketing: true}), {id: 'user-0', country: 'US'}, {documents}).value, 'd');
  assert.equal(flag(features({...sticky, bucketVersion: 3, minBucketVersion: 3}), {id: 'user-0', country: 'DE'}, {documents}).value, 'd');
  assert.equal(flag(features({...sticky, bucketVersion: 3, minBucketVersion: 2}), {id: 'user-0', country: 'DE'}, {documents}).value, 'a');
  assert.equal(flag(features(sticky), {device: 'user-2', country: 'DE'}, {documents}).own.attribute, 'device');
  assert.equal(flag(features(sticky), {id: 'user-9', device: 'user-2', country: 'US'}, {documents}).value, 'b');
});

test('what remote evaluation answers is met when it is used', () => {
  const track = (key, featureId, result = {}) => (
    {experiment: {key, phase: '1'}, result: {key: 'new', featureId, hashAttribute: 'id', hashValue: 7, ...result}});
  const features = {f: {defaultValue: 'b', rules: [{force: 'b', tracks: [track('parent', 'p'), track('exp', 'f')]}]}, g: {defaultValue: 4}};
  const found = flag(features, {id: 7});
  assert.deepEqual([found.value, found.source, found.own.experiment, found.own.unit, found.met.length], ['b', 'experiment', 'exp', '7', 2]);
  const byPrerequisite = flag({f: {rules: [{force: 'b', tracks: [track('parent', 'p')]}]}}, {id: 7});
  assert.deepEqual([byPrerequisite.source, byPrerequisite.own, byPrerequisite.met.length], ['rule', undefined, 1]);
  assert.deepEqual(flag(features, {id: 7}, {key: 'g'}), {value: 4, source: 'default', met: []});
});
