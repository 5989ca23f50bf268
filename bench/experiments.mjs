// The experiments, units and attributes of the benchmarks, in the language of everyone who decides about them. The same as in
// experiments.cc: two of five experiments have a condition, units come in a scrambled order.

const kConditionsOf = 5;
const kConditionsIn = 2;

const keyOf = (i) => `experiment-${i}`;
const keys = (count) => Array.from({length: count}, (_, i) => keyOf(i));
const hasCondition = (i, count) => i * kConditionsOf < kConditionsIn * count;
const kCondition = {country: {$in: ['DE', 'FR']}, age: {$gte: 18}};

export function convergeDefinitions(count) {
  const metrics = {c: {type: 'conversion', event: 'e', window: '1d'}};
  const experiments = keys(count).map((key, i) => ({
    key,
    status: 'running',
    unit: 'user_id',
    ...(hasCondition(i, count) ? {condition: kCondition} : {}),
    variants: [{key: 'control', weight: 50, value: 0}, {key: 'new', weight: 50, value: 1}],
    metrics: [{metric: 'c', role: 'success'}],
  }));
  return {apiVersion: 'converge/v1', units: {user_id: 'id'}, metrics, experiments};
}

export function growthbookPayload(count) {
  const features = keys(count).map((key, i) => [key, {
    defaultValue: 0,
    rules: [{
      key,
      seed: key,
      hashAttribute: 'id',
      hashVersion: 2,
      ...(hasCondition(i, count) ? {condition: kCondition} : {}),
      variations: [0, 1],
      meta: [{key: 'control'}, {key: 'new'}],
      ranges: [[0, 0.5], [0.5, 1]],
    }],
  }]);
  return {features: Object.fromEntries(features)};
}

export function flagdConfiguration(count) {
  const split = {fractional: [{cat: [{var: '$flagd.flagKey'}, {var: 'targetingKey'}]}, ['control', 50], ['new', 50]]};
  const condition = {and: [{in: [{var: 'country'}, ['DE', 'FR']]}, {'>=': [{var: 'age'}, 18]}]};
  const flags = keys(count).map((key, i) => [key, {
    state: 'ENABLED',
    variants: {control: 0, new: 1},
    defaultVariant: 'control',
    targeting: hasCondition(i, count) ? {if: [condition, split, 'control']} : split,
  }]);
  return {flags: Object.fromEntries(flags)};
}

export function unleashFeatures(count) {
  const constraints = [
    {contextName: 'country', operator: 'IN', values: ['DE', 'FR']},
    {contextName: 'age', operator: 'NUM_GTE', value: '18'},
  ];
  const variant = (name, value) => (
    {name, weight: 500, weightType: 'variable', stickiness: 'userId', payload: {type: 'number', value}});
  return keys(count).map((name, i) => ({
    name,
    constraints: hasCondition(i, count) ? constraints : [],
    variants: [variant('control', '0'), variant('new', '1')],
  }));
}

export const experimentKeys = keys;

const kCountries = ['DE', 'FR', 'AT', 'US'];
const kBrowsers = ['firefox', 'chrome', 'safari'];

export function unit(i) {
  const attributes = {
    country: kCountries[i % kCountries.length],
    age: 10 + (i % 60),
    browser: kBrowsers[i % kBrowsers.length],
  };
  return {id: `user-${(i * 7_919) % 1_000_003}`, attributes};
}
